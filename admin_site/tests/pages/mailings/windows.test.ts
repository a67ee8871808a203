import { describe, expect, it } from "vitest";
import { windowStateAt, openIntervals } from "../../../src/pages/mailings/windows";

const at = (moment: string) => Date.parse(moment);
const hours = (intervals: { from: number; until: number }[]) =>
  intervals.map(({ from, until }) => [new Date(from).toISOString(), (until - from) / 3_600_000]);

describe("openings", () => {
  it("follow the zone's clocks", () => {
    const found = openIntervals(
      "Asia/Omsk",
      { start: "09:00", end: "21:00" },
      at("2026-11-23T00:00Z"),
      at("2026-11-25T00:00Z"),
    );
    expect(hours(found)).toEqual([
      ["2026-11-23T03:00:00.000Z", 12],
      ["2026-11-24T03:00:00.000Z", 12],
    ]);
  });

  it("cross midnight", () => {
    const found = openIntervals(
      "Europe/Moscow",
      { start: "22:00", end: "06:00" },
      at("2026-11-23T00:00Z"),
      at("2026-11-24T00:00Z"),
    );
    expect(hours(found)).toEqual([
      ["2026-11-23T00:00:00.000Z", 3],
      ["2026-11-23T19:00:00.000Z", 5],
    ]);
  });

  it.each([
    ["2026-03-28", 7],
    ["2026-10-24", 9],
    ["2026-06-10", 8],
  ])("last as long as the night of %s does in Berlin", (day, length) => {
    const from = at(`${day}T12:00Z`);
    const found = openIntervals("Europe/Berlin", { start: "22:00", end: "06:00" }, from, from + 86_400_000);
    expect(found.reduce((total, { from, until }) => total + (until - from) / 3_600_000, 0).toFixed(2)).toBe(
      length.toFixed(2),
    );
  });

  it("are all of the time where there is no window, and none where there is no time", () => {
    expect(openIntervals("UTC", null, 5, 9)).toEqual([{ from: 5, until: 9 }]);
    expect(openIntervals("UTC", null, 9, 9)).toEqual([]);
  });
});

describe("a lane", () => {
  const window = { start: "09:00", end: "21:00" };
  const lane = (now: string, ends = "2026-12-01T00:00Z") =>
    windowStateAt("Europe/Moscow", window, at("2026-11-20T00:00Z"), at(ends), at(now));

  it("is open within the window", () => {
    expect(lane("2026-11-23T10:00Z")).toEqual({ kind: "open", until: at("2026-11-23T18:00Z") });
  });

  it("says when it opens", () => {
    expect(lane("2026-11-23T19:00Z")).toEqual({ kind: "opens", at: at("2026-11-24T06:00Z") });
  });

  it("is closed when the end comes first", () => {
    expect(lane("2026-11-23T19:00Z", "2026-11-24T05:00Z")).toEqual({ kind: "closed" });
  });

  it("waits for the mailing's start", () => {
    const starts = at("2026-11-24T07:00Z");
    const found = windowStateAt("Europe/Moscow", window, starts, at("2026-12-01T00:00Z"), at("2026-11-23T10:00Z"));
    expect(found).toEqual({ kind: "opens", at: starts });
  });
});
