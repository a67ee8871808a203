import { useMemo } from "react";
import { useLocaleState } from "react-admin";

/** Return formatters of numbers and times for a locale; times are in the reader's time zone unless one is given. */
export function formatsOf(locale: string) {
  const tag = locale === "ru" ? "ru-RU" : "en-GB";
  const number = new Intl.NumberFormat(tag);
  const megabytes = new Intl.NumberFormat(tag, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(tag, { type: "conjunction" });
  const countries = new Intl.DisplayNames(tag, { type: "region" });
  const percent = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 1 });
  const points = new Intl.NumberFormat(tag, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
  const moments = (options: Intl.DateTimeFormatOptions) => {
    const byZone = new Map<string | undefined, Intl.DateTimeFormat>();
    return (moment: string | Date, timeZone?: string) => {
      const known = byZone.get(timeZone) ?? new Intl.DateTimeFormat(tag, { ...options, timeZone });
      byZone.set(timeZone, known);
      return known.format(new Date(moment));
    };
  };
  return {
    country: (code: string) => countries.of(code) ?? code,
    list: (values: readonly string[]) => list.format(values),
    megabytes: (bytes: number) => megabytes.format(bytes / 1e6),
    number: (value: number) => number.format(value),
    percent: (share: number) => percent.format(share),
    points: (difference: number) => points.format(difference * 100),
    rate: (value: number) => new Intl.NumberFormat(tag, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value),
    moment: moments({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }),
    short: moments({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    precise: moments({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    date: moments({ day: "numeric", month: "long", year: "numeric" }),
    day: moments({ day: "numeric", month: "short" }),
    time: moments({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    clock: moments({ hour: "2-digit", minute: "2-digit" }),
    duration: (milliseconds: number) => duration(milliseconds, tag),
  };
}

export type Formats = ReturnType<typeof formatsOf>;

export function useFormats(): Formats {
  const [locale] = useLocaleState();
  return useMemo(() => formatsOf(locale), [locale]);
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Format a duration in its two largest units: `3 hr 10 min`. */
function duration(milliseconds: number, tag: string): string {
  let left = Math.max(0, Math.round(milliseconds / 1000));
  const first = UNITS.findIndex(([, seconds]) => left >= seconds);
  if (first < 0) return unit(0, "second", tag);
  const parts: string[] = [];
  for (const [name, seconds] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / seconds);
    if (count > 0) parts.push(unit(count, name, tag));
    left -= count * seconds;
  }
  return parts.join(" ");
}

function unit(count: number, name: string, tag: string): string {
  return new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "short" }).format(count);
}
