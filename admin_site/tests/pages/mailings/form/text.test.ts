import { describe, expect, it } from "vitest";
import { parseText, renderText, smsSegments, validateText } from "../../../../src/pages/mailings/form/text";

describe("segments", () => {
  // The same cases as the service's own tests have: what is shown while typing is what is paid for.
  it.each([
    ["", "GSM-7", 0, 1],
    ["a".repeat(160), "GSM-7", 160, 1],
    ["a".repeat(161), "GSM-7", 161, 2],
    ["a".repeat(306), "GSM-7", 306, 2],
    ["a".repeat(307), "GSM-7", 307, 3],
    ["€".repeat(80), "GSM-7", 160, 1],
    ["€".repeat(81), "GSM-7", 162, 2],
    ["Я".repeat(70), "UCS-2", 70, 1],
    ["Я".repeat(71), "UCS-2", 71, 2],
    ["Я".repeat(134), "UCS-2", 134, 2],
    ["Я".repeat(135), "UCS-2", 135, 3],
    ["😀".repeat(35), "UCS-2", 70, 1],
    // 67 units are 33 pairs and a half, which is not split.
    ["😀".repeat(67), "UCS-2", 134, 3],
  ])("of %j", (text, encoding, units, count) => {
    expect(smsSegments(text)).toEqual({ encoding, units, count });
  });
});

describe("a text", () => {
  it("is filled in for a client", () => {
    const parts = parseText("Hi {name|friend}, {{bonus}} {bonus}");
    if (!Array.isArray(parts)) throw new Error("must be valid");
    expect(renderText(parts, { name: "Ann", bonus: "120" })).toEqual({ text: "Hi Ann, {bonus} 120", missing: [] });
    expect(renderText(parts, { name: "\u200b" })).toMatchObject({ missing: ["bonus"] });
    expect(renderText(parts, { name: "  " })).toEqual({ text: "Hi friend, {bonus} {bonus}", missing: ["bonus"] });
  });

  it("keeps what stands behind the first bar of a placeholder", () => {
    expect(parseText("{name|a|b}")).toEqual([{ name: "name", fallback: "a|b" }]);
  });

  it.each([
    ["", "mailing.form.required"],
    ["{", "mailing.form.unbalanced"],
    ["a } b", "mailing.form.unbalanced"],
    ["{1st}", "mailing.form.bad_name"],
    ["{}", "mailing.form.bad_name"],
    ["{two words}", "mailing.form.bad_name"],
    ["a".repeat(4097), "mailing.form.too_long"],
    ["{x|}", "mailing.form.blank"],
    [" \u200b{x| }\u0301", "mailing.form.blank"],
  ])("%j is refused", (text, messageKey) => {
    expect(validateText(text)?.messageKey).toBe(messageKey);
  });

  it.each(["{x}", "{x|a}", "e\u0301", "😀", "{имя}", "{{}}", "{_x1}", "a".repeat(4096)])("%j passes", (text) => {
    expect(validateText(text)).toBeUndefined();
  });
});
