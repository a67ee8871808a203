import { Box, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Detail, Mailing } from "../../../../api/types";
import { useFormats } from "../../../../i18n/formats";
import { useNow } from "../../../../common/live";
import { GroupBar } from "./GroupBar";
import { laneOf } from "../../windows";

type Zone = Detail["by_timezone"][number];
const CLOCK_MS = 10_000;

/** A lane for each time zone: how far it is, and whether its clients may be messaged now. */
export function Lanes({ mailing, zones }: { mailing: Mailing; zones: readonly Zone[] }) {
  const now = useNow(CLOCK_MS);
  const sorted = zones.toSorted((one, other) => other.open - one.open || other.total - one.total);
  return (
    <Stack spacing={1.5}>
      {sorted.map((zone) => (
        <Lane key={zone.timezone} mailing={mailing} zone={zone} now={now} />
      ))}
    </Stack>
  );
}

function Lane({ mailing, zone, now }: { mailing: Mailing; zone: Zone; now: Date }) {
  const translate = useTranslate();
  const { clock } = useFormats();
  return (
    <Box>
      <Stack
        direction="row"
        spacing={1}
        useFlexGap
        sx={{ justifyContent: "space-between", flexWrap: "wrap", rowGap: 0 }}
      >
        <Typography variant="body2">
          {zone.timezone}{" "}
          <Typography component="span" variant="caption" color="textSecondary">
            {translate("mailing.show.local_time", { time: clock(now, zone.timezone) })}
          </Typography>
        </Typography>
        <State mailing={mailing} zone={zone} now={now} />
      </Stack>
      <GroupBar group={zone} />
    </Box>
  );
}

function State({ mailing, zone, now }: { mailing: Mailing; zone: Zone; now: Date }) {
  const translate = useTranslate();
  const { clock, duration } = useFormats();
  const say = (words: string, colour: string) => (
    <Typography variant="caption" sx={{ color: colour, whiteSpace: "nowrap" }}>
      {words}
    </Typography>
  );
  if (zone.open === 0) return say(translate("mailing.show.done"), "text.secondary");
  const [starts, ends] = [Date.parse(mailing.starts_at), Date.parse(mailing.ends_at)];
  const lane = laneOf(zone.timezone, mailing.send_window, starts, ends, now.getTime());
  switch (lane.kind) {
    case "open":
      return say(
        mailing.send_window
          ? translate("mailing.show.open_until", { time: clock(new Date(lane.until), zone.timezone) })
          : translate("mailing.show.open_always"),
        "success.main",
      );
    case "opens":
      return say(translate("mailing.show.opens_in", { time: duration(lane.at - now.getTime()) }), "text.primary");
    case "closed":
      return say(translate("mailing.show.closed"), "error.main");
  }
}
