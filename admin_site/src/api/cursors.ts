/** Page of a list with the cursor of the next page. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** Read the page after a cursor; the first page without one. */
export type ReadPage<Item, Found extends Page<Item>> = (cursor: string | undefined) => Promise<Found>;

/** Number of lists whose cursors are kept. */
const LISTS_KEPT = 100;

/**
 * Numbered pages over an API that only has "the page after this cursor".
 *
 * Known cursors are kept by list, so that the next and the previous page cost one call. A page further on, for example
 * from a bookmark, is reached page by page.
 */
export class Cursors {
  private readonly cursorsByList = new Map<string, string[]>();

  /** Return page `number` (from 1) of a list; the last page if the list is shorter. */
  async page<Item, Found extends Page<Item>>(
    list: string,
    number: number,
    read: ReadPage<Item, Found>,
  ): Promise<Found> {
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
