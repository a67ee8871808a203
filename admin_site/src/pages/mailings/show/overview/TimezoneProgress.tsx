import { Box, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MailingStatistics, Mailing } from "../../../../api/types";
import { useFormats } from "../../../../i18n/formats";
import { useNow } from "../../../../common/polling";
import { GroupProgress } from "./GroupProgress";
import { windowStateAt } from "../../windows";

type Zone = MailingStatistics["by_timezone"][number];
const CLOCK_MS = 10_000;

/** Progress by time zone, with its local time and sending hours. */
export function TimezoneProgress({ mailing, zones }: { mailing: Mailing; zones: readonly Zone[] }) {
  const now = useNow(CLOCK_MS);
  const sorted = zones.toSorted((one, other) => other.open - one.open || other.total - one.total);
  return (
    <Stack spacing={1.5}>
      {sorted.map((zone) => (
        <TimezoneRow key={zone.timezone} mailing={mailing} zone={zone} now={now} />
      ))}
    </Stack>
  );
}

function TimezoneRow({ mailing, zone, now }: { mailing: Mailing; zone: Zone; now: Date }) {
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
        <SendingHours mailing={mailing} zone={zone} now={now} />
      </Stack>
      <GroupProgress group={zone} />
    </Box>
  );
}

function SendingHours({ mailing, zone, now }: { mailing: Mailing; zone: Zone; now: Date }) {
  const translate = useTranslate();
  const { clock, duration } = useFormats();
  const caption = (text: string, colour: string) => (
    <Typography variant="caption" sx={{ color: colour, whiteSpace: "nowrap" }}>
      {text}
    </Typography>
  );
  if (zone.open === 0) return caption(translate("mailing.show.done"), "text.secondary");
  const [starts, ends] = [Date.parse(mailing.starts_at), Date.parse(mailing.ends_at)];
  const state = windowStateAt(zone.timezone, mailing.send_window, starts, ends, now.getTime());
  switch (state.kind) {
    case "open":
      return caption(
        mailing.send_window
          ? translate("mailing.show.open_until", { time: clock(new Date(state.until), zone.timezone) })
          : translate("mailing.show.open_always"),
        "success.main",
      );
    case "opens":
      return caption(translate("mailing.show.opens_in", { time: duration(state.at - now.getTime()) }), "text.primary");
    case "closed":
      return caption(translate("mailing.show.closed"), "error.main");
  }
}
