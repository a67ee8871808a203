import { describe, expect, it } from "vitest";
import { Cursors, type Page } from "../../src/api/cursors";

/** A list of pages of one item each; notes which were read. */
function list(pages: string[]) {
  const read: number[] = [];
  const page = (cursor: string | undefined): Promise<Page<string>> => {
    const at = cursor === undefined ? 0 : Number(cursor);
    read.push(at + 1);
    return Promise.resolve({ items: [pages[at] ?? ""], next: at + 1 < pages.length ? String(at + 1) : null });
  };
  return { page, read };
}

describe("numbered pages", () => {
  it("cost one call each, on and back", async () => {
    const cursors = new Cursors();
    const { page, read } = list(["a", "b", "c"]);
    for (const number of [1, 2, 3, 2, 1]) await cursors.page("list", number, page);
    expect(read).toEqual([1, 2, 3, 2, 1]);
  });

  it("are walked to from a bookmark", async () => {
    const { page, read } = list(["a", "b", "c"]);
    expect(await new Cursors().page("list", 3, page)).toEqual({ items: ["c"], next: null });
    expect(read).toEqual([1, 2, 3]);
  });

  it("end with the last one there is", async () => {
    const { page } = list(["a", "b"]);
    expect(await new Cursors().page("list", 9, page)).toEqual({ items: ["b"], next: null });
  });

  it("of one list say nothing of another", async () => {
    const cursors = new Cursors();
    await cursors.page("one", 2, list(["a", "b"]).page);
    const { page, read } = list(["x", "y"]);
    expect((await cursors.page("other", 2, page)).items).toEqual(["y"]);
    expect(read).toEqual([1, 2]);
  });
});
