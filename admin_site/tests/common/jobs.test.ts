import { describe, expect, it } from "vitest";
import { isOpen, percentDone } from "../../src/common/jobs/jobs";

describe("a job", () => {
  it.each([
    ["waiting", true],
    ["running", true],
    ["finished", false],
    ["failed", false],
    ["cancelled", false],
  ] as const)("that is %s is open: %s", (status, open) => {
    expect(isOpen({ status })).toBe(open);
  });

  it.each([
    [0, 200, 0],
    [50, 200, 25],
    [300, 200, 100],
    [5, null, undefined],
    [0, 0, undefined],
  ])("that has done %s of %s shows %s %%", (done, total, percent) => {
    expect(percentDone({ done, total })).toBe(percent);
  });
});
