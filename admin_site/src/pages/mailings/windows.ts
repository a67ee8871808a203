import type { SendWindow } from "../../api/types";

/**
 * Send windows in time zones, for display only. The service computes exact times; here an interval next to a clock
 * change may be off by the length of the change.
 */

export interface Interval {
  from: number;
  until: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Return the intervals between two moments in which the window is open; the whole time without a window. */
export function openIntervals(zone: string, window: SendWindow | null, from: number, until: number): Interval[] {
  if (until <= from) return [];
  if (!window) return [{ from, until }];
  const start = minutes(window.start);
  const length = (minutes(window.end) - start + 1440) % 1440;
  const found: Interval[] = [];
  // Local midnights as if the zone were UTC, one day earlier for windows that cross midnight.
  const first = Math.floor((from + offset(zone, from)) / DAY) * DAY - DAY;
  for (let midnight = first; ; midnight += DAY) {
    const opens = toUtc(zone, midnight + start * MINUTE);
    if (opens >= until) return found;
    const closes = toUtc(zone, midnight + (start + length) * MINUTE);
    const interval = { from: Math.max(from, opens), until: Math.min(until, closes) };
    if (interval.from < interval.until) found.push(interval);
  }
}

/** State of a window: open now, opening later, or closed until the mailing ends. */
export type WindowState = { kind: "open"; until: number } | { kind: "opens"; at: number } | { kind: "closed" };

/** Days to look ahead for the next opening. */
const DAYS_AHEAD = 8;

export function windowStateAt(
  zone: string,
  window: SendWindow | null,
  starts: number,
  ends: number,
  now: number,
): WindowState {
  const from = Math.max(now, starts);
  const [next] = openIntervals(zone, window, from, Math.min(ends, from + DAYS_AHEAD * DAY));
  if (!next) return { kind: "closed" };
  return next.from <= now ? { kind: "open", until: next.until } : { kind: "opens", at: next.from };
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}

/** Convert local time, given as if it were UTC, to the moment at which the zone's clocks show it. */
function toUtc(zone: string, local: number): number {
  const guess = local - offset(zone, local);
  // Near a clock change the offset at the guess is the right one.
  return local - offset(zone, guess);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Return the zone's offset from UTC in milliseconds. */
function offset(zone: string, moment: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    formats.set(zone, format);
  }
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of format.formatToParts(moment)) parts[type] = value;
  const { year, month, day, hour, minute } = parts;
  const shown = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  return shown - Math.floor(moment / MINUTE) * MINUTE;
}
