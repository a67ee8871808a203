import { Box, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Mailing } from "../../api/types";
import { useFormats } from "../../i18n/formats";
import { StatusBar } from "./StatusBar";
import { endedCount } from "../statuses";

/** Progress of a mailing: status bar, number and share of ended messages. */
export function MailingProgress({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { number, percent } = useFormats();
  const { stats } = mailing;
  if (stats.total === 0) {
    const messageKey = mailing.status === "scheduled" ? "mailing.not_planned" : "app.none";
    return (
      <Typography variant="caption" color="textSecondary">
        {translate(messageKey)}
      </Typography>
    );
  }
  const done = endedCount(stats);
  return (
    <Box sx={{ minWidth: 120 }}>
      <StatusBar counts={stats} />
      <Stack direction="row" sx={{ justifyContent: "space-between", mt: 0.25 }}>
        <Typography variant="caption" color="textSecondary" sx={{ fontVariantNumeric: "tabular-nums" }}>
          {translate("mailing.of", { done: number(done), total: number(stats.total) })}
        </Typography>
        <Typography variant="caption" color="textSecondary" sx={{ fontVariantNumeric: "tabular-nums" }}>
          {percent(done / stats.total)}
        </Typography>
      </Stack>
    </Box>
  );
}
