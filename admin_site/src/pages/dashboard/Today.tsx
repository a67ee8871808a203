import { Skeleton, Stack, Typography } from "@mui/material";
import { useMemo } from "react";
import { useTranslate } from "react-admin";
import { useFormats } from "../../i18n/formats";
import { Dot } from "../../common/mailings/MessageStatusChip";
import { Section } from "../../common/components/Section";
import { StatusBar } from "../../common/mailings/StatusBar";
import { MESSAGE_STATUS, ENDED_STATUSES } from "../../common/statuses";
import { midnightDaysAgo, sumCounts } from "../../common/queries/dailyFigures";
import { MAILINGS_COUNTED, useDailyFigures } from "../../common/queries/useDailyFigures";

/** Messages that ended since midnight, by status. */
export function Today() {
  const translate = useTranslate();
  const { number } = useFormats();
  const since = useMemo(() => midnightDaysAgo(0, new Date()), []);
  const { days, partial } = useDailyFigures(since);
  const ended = days && sumCounts(days.values());
  return (
    <Section title={translate("dashboard.today")}>
      <Typography variant="caption" color="textSecondary" component="p" gutterBottom>
        {translate("dashboard.today_help")}.{" "}
        {partial && translate("dashboard.today_partial", { smart_count: MAILINGS_COUNTED })}
      </Typography>
      {!ended && <Skeleton height={64} />}
      {ended && (
        <Stack spacing={1}>
          <StatusBar counts={ended} height={14} />
          {ENDED_STATUSES.map((status) => (
            <Stack key={status} direction="row" spacing={1} sx={{ alignItems: "center" }}>
              <Dot colour={MESSAGE_STATUS[status].colour} />
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
