import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const AT_MOST = 12;

function foldersBelow(folder: string): string[] {
  const folders = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...folders.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

it.each([...foldersBelow("src"), ...foldersBelow("tests")])("%s has at most a dozen entries", (folder) => {
  expect(readdirSync(join(ROOT, folder)).length).toBeLessThanOrEqual(AT_MOST);
});
