/** A page of a list, and where the next one begins. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** Reads the page after a cursor; without one, the first. */
export type ReadPage<Item> = (cursor: string | undefined) => Promise<Page<Item>>;

/** How many lists' cursors are kept. */
const LISTS_KEPT = 100;

/**
 * Numbered pages over an API that knows only "the page after this cursor".
 *
 * The cursors that were seen are kept by list, so that going on or back costs one call. A page that nobody has come
 * by, as of a bookmark, is reached by walking there.
 */
export class Cursors {
  private readonly cursorsByList = new Map<string, string[]>();

  /** Page `number`, counted from 1, of the list that `list` names: the last one if there are not so many. */
  async page<Item>(list: string, number: number, read: ReadPage<Item>): Promise<Page<Item>> {
    const cursors = this.of(list);
    let at = Math.min(number - 1, cursors.length);
    for (;;) {
      const page = await read(at === 0 ? undefined : cursors[at - 1]);
      cursors.length = at;
      if (page.next !== null) cursors.push(page.next);
      if (at >= number - 1 || page.next === null) return page;
      at += 1;
    }
  }

  private of(list: string): string[] {
    const cursors = this.cursorsByList.get(list) ?? [];
    this.cursorsByList.delete(list);
    this.cursorsByList.set(list, cursors);
    const oldest = this.cursorsByList.keys().next();
    if (this.cursorsByList.size > LISTS_KEPT && !oldest.done) this.cursorsByList.delete(oldest.value);
    return cursors;
  }
}
