import { Skeleton, Stack, Typography } from "@mui/material";
import { useMemo } from "react";
import { useTranslate } from "react-admin";
import { useFormats } from "../../i18n/formats";
import { Dot } from "../../common/mailings/MessageStatusChip";
import { Section } from "../../common/components/Section";
import { StatusBar } from "../../common/mailings/StatusBar";
import { COLOURS, ENDED_STATUSES } from "../../common/statuses";
import { daysAgo, sumOf } from "../../common/queries/days";
import { MAILINGS_COUNTED, useDays } from "../../common/queries/useDays";

/** How messages ended since midnight. */
export function Today() {
  const translate = useTranslate();
  const { number } = useFormats();
  const since = useMemo(() => daysAgo(0, new Date()), []);
  const { days, partial } = useDays(since);
  const ended = days && sumOf(days.values());
  const total = ended ? ENDED_STATUSES.reduce((sum, status) => sum + ended[status], 0) : 0;
  return (
    <Section title={translate("dashboard.today")}>
      <Typography variant="caption" color="textSecondary" component="p" gutterBottom>
        {translate("dashboard.today_help")}.{" "}
        {partial && translate("dashboard.today_partial", { smart_count: MAILINGS_COUNTED })}
      </Typography>
      {!ended && <Skeleton height={64} />}
      {ended && (
        <Stack spacing={1}>
          <StatusBar stats={{ ...ended, total, pending: 0, queued: 0, sending: 0 }} height={14} />
          {ENDED_STATUSES.map((status) => (
            <Stack key={status} direction="row" spacing={1} sx={{ alignItems: "center" }}>
              <Dot colour={COLOURS[status]} />
              <Typography variant="body2" sx={{ flexGrow: 1 }}>
                {translate(`message_status.${status}`)}
              </Typography>
              <Typography variant="body2" sx={{ fontVariantNumeric: "tabular-nums" }}>
                {number(ended[status])}
              </Typography>
            </Stack>
          ))}
        </Stack>
      )}
    </Section>
  );
}
