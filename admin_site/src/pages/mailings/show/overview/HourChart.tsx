import { BarChart } from "@mui/x-charts/BarChart";
import { useTranslate } from "react-admin";
import type { MailingStatistics } from "../../../../api/types";
import { useFormats } from "../../../../i18n/formats";
import { MESSAGE_STATUS, ENDED_STATUSES } from "../../../../common/statuses";

const HOUR = 3_600_000;
/** Longest time shown by hour; beyond it each bar is a day. */
const HOURS_SHOWN = 72;

type Hour = MailingStatistics["by_hour"][number];

/** Chart of ended messages by hour or by day; empty hours have empty bars. */
export default function HourChart({ hours }: { hours: readonly Hour[] }) {
  const translate = useTranslate();
  const { short, day, number } = useFormats();
  const byDay = hoursCovered(hours) > HOURS_SHOWN;
  const bars = byDay ? dailyBars(hours) : hourlyBars(hours);
  const series = ENDED_STATUSES.filter((status) => hours.some((hour) => hour[status] > 0)).map((status) => ({
    dataKey: status,
    label: translate(`message_status.${status}`),
    color: MESSAGE_STATUS[status].colour,
    stack: "all",
  }));
  return (
    <BarChart
      dataset={bars}
      xAxis={[
        {
          scaleType: "band",
          dataKey: "at",
          valueFormatter: (at: number) => (byDay ? day(new Date(at)) : short(new Date(at))),
        },
      ]}
      yAxis={[{ width: 48, tickMinStep: 1, valueFormatter: (count: number) => number(count) }]}
      series={series}
      height={260}
      margin={{ left: 0, right: 8 }}
      skipAnimation
    />
  );
}

function hoursCovered(hours: readonly Hour[]): number {
  const times = hours.map((hour) => Date.parse(hour.hour));
  return (Math.max(...times) - Math.min(...times)) / HOUR + 1;
}

function hourlyBars(hours: readonly Hour[]) {
  const known = new Map(hours.map((hour) => [Date.parse(hour.hour), hour]));
  const first = Math.min(...known.keys());
  return Array.from({ length: hoursCovered(hours) }, (_, index) =>
    bar(first + index * HOUR, [known.get(first + index * HOUR)]),
  );
}

/** Sum hours by the reader's days. */
function dailyBars(hours: readonly Hour[]) {
  const days = Map.groupBy(hours, (hour) => new Date(hour.hour).setHours(0, 0, 0, 0));
  return [...days].map(([at, found]) => bar(at, found));
}

function bar(at: number, hours: readonly (Hour | undefined)[]) {
  const counts = ENDED_STATUSES.map((status) => [status, hours.reduce((sum, hour) => sum + (hour?.[status] ?? 0), 0)]);
  return { at, ...(Object.fromEntries(counts) as Record<string, number>) };
}
