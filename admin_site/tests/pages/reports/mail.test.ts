import { expect, test } from "vitest";
import { withoutStyles } from "../../../src/pages/reports/mail";

test("inline styles are set aside, and nothing else", () => {
  const html = '<td class="a" style="color:#111">style=1</td><p style="margin:0">x</p>';
  expect(withoutStyles(html)).toBe('<td class="a" data-style="color:#111">style=1</td><p data-style="margin:0">x</p>');
});
