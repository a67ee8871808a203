import { Card, CardContent } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MailingStatistics, Mailing } from "../../../../api/types";
import { Metric } from "../../../../common/components/Metric";
import { MAILING_STATUS } from "../../../../common/statuses";
import { useFormats } from "../../../../i18n/formats";

/** Rate, forecast, punctuality and deliveries of a mailing. */
export function DeliveryMetrics({ mailing, detail }: { mailing: Mailing; detail: MailingStatistics }) {
  const translate = useTranslate();
  const { rate, short, percent } = useFormats();
  const { delays, deliveries, forecast } = detail;
  const over = MAILING_STATUS[mailing.status].over;
  const limit =
    mailing.max_rate === null
      ? translate("mailing.no_limit")
      : translate("mailing.rate_limit", { rate: mailing.max_rate });
  const finish = forecast.finishes_at
    ? short(forecast.finishes_at)
    : translate(forecast.paused ? "mailing.show.forecast_paused" : "mailing.show.forecast_none");
  return (
    <Card>
      <CardContent sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(150px, 1fr))" }}>
        <Metric
          name={translate("mailing.show.rate")}
          value={translate("mailing.rate_now", { rate: rate(detail.rate_per_second) })}
          note={limit}
        />
        <Metric
          name={translate("mailing.show.forecast")}
          value={over ? translate(`status.${mailing.status}`) : finish}
        />
        {delays.share_in_time !== null && (
          <Metric
            name={translate("mailing.show.in_time")}
            value={percent(delays.share_in_time)}
            note={
              delays.p95_seconds === null ? undefined : translate("mailing.show.p95", { seconds: delays.p95_seconds })
            }
          />
        )}
        <Delivered deliveries={deliveries} />
      </CardContent>
    </Card>
  );
}

/** Share of delivered messages, with its change and the numbers of the others; nothing without receipts. */
function Delivered({ deliveries }: { deliveries: MailingStatistics["deliveries"] }) {
  const translate = useTranslate();
  const { percent, points } = useFormats();
  const { counts, share_delivered: share, share_delivered_before: before } = deliveries;
  const hasReceipts = Object.values(counts).some((count) => count > 0);
  if (!hasReceipts || share === null) return null;
  const change = before === null ? [] : [translate("mailing.show.delivered_change", { points: points(share - before) })];
  return (
    <Metric
      name={translate("mailing.show.delivered")}
      value={percent(share)}
      note={[...change, translate("mailing.show.not_delivered", counts)].join(". ")}
    />
  );
}
