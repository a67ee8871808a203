import { BarChart } from "@mui/x-charts/BarChart";
import { useTranslate } from "react-admin";
import { useFormats } from "../../i18n/formats";
import { MESSAGE_STATUS, ENDED_STATUSES } from "../../common/statuses";
import type { DailyFigures } from "../../common/queries/dailyFigures";

/** Chart of ended messages by day. */
export default function DayChart({ days }: { days: DailyFigures }) {
  const translate = useTranslate();
  const { day, number } = useFormats();
  const dataset = [...days].map(([at, ended]) => ({ at, ...ended }));
  const series = ENDED_STATUSES.filter((status) => dataset.some((each) => each[status] > 0)).map((status) => ({
    dataKey: status,
    label: translate(`message_status.${status}`),
    color: MESSAGE_STATUS[status].colour,
    stack: "all",
  }));
  return (
    <BarChart
      dataset={dataset}
      xAxis={[{ scaleType: "band", dataKey: "at", valueFormatter: (at: number) => day(new Date(at)) }]}
      yAxis={[{ width: 48, tickMinStep: 1, valueFormatter: (count: number) => number(count) }]}
      series={series}
      height={280}
      margin={{ left: 0, right: 8 }}
      skipAnimation
    />
  );
}
