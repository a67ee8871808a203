import { Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Mailing } from "../../api/types";
import { useFormats } from "../../i18n/formats";
import { useNow } from "../polling";
import { timingOf } from "./timing";

/** Countdown to the mailing's start or end. */
export function Countdown({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { duration, short } = useFormats();
  const timing = timingOf(mailing, useNow());
  if (timing.kind === "none") return null;
  const time = timing.kind === "ended" ? short(timing.at) : duration(timing.milliseconds);
  return (
    <Typography
      component="span"
      variant="caption"
      color="textSecondary"
      sx={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}
    >
      {translate(`mailing.${timing.kind}`, { time })}
    </Typography>
  );
}
