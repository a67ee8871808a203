import { describe, expect, it } from "vitest";
import type { Import } from "../../../../../src/api/types";
import { isUploaded, percentOf, stepOf } from "../../../../../src/pages/clients/import/upload/progress";

const COUNTS = { rows: 0, created: 0, updated: 0, refused: 0, skipped: 0, bytes_done: 0, bytes_total: 200 };

function found(values: Partial<Import>): Import {
  return { status: "running", ...COUNTS, ...values } as Import;
}

describe("progress of an uploaded file", () => {
  it("is read by the service if it is large or compressed", () => {
    expect(isUploaded({ name: "clients.csv", size: 4_500_000 })).toBe(false);
    expect(isUploaded({ name: "clients.csv", size: 4_500_001 })).toBe(true);
    expect(isUploaded({ name: "clients.csv.GZ", size: 10 })).toBe(true);
  });

  it("first grows with the bytes", () => {
    const reading = found({ bytes_done: 50, rows: 10, refused: 2 });
    expect([stepOf(reading), percentOf(reading)]).toEqual(["read", 25]);
  });

  it("then grows with the clients", () => {
    const storing = found({ bytes_done: 200, rows: 12, refused: 2, created: 3, skipped: 2 });
    expect([stepOf(storing), percentOf(storing)]).toEqual(["store", 50]);
  });

  it.each(["finished", "failed", "cancelled"] as const)("has no step when it has %s", (status) => {
    expect(stepOf(found({ status }))).toBeUndefined();
  });
});
