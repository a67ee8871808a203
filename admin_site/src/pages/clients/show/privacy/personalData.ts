import type { Api } from "../../../../api/client";
import { versioned } from "../../../../api/resources";
import type { PersonalData } from "../../../../api/types";

/** Sections that come in pages, each by a cursor of its own. */
const PAGED = ["messages", "changes"] as const;
const PER_PAGE = 500;

/** Read everything that is known of a person, all pages of it. */
export async function readPersonalData(api: Api, phone: string): Promise<PersonalData> {
  const read = async (cursors: { messages?: string; changes?: string }) => {
    const params = { path: { phone }, query: { limit: PER_PAGE, ...cursors } };
    return versioned(await api.GET("/api/v1/client/{phone}/data/", { params })).data;
  };
  const data = await read({});
  for (const section of PAGED) {
    const items: unknown[] = data[section].items;
    for (let next = data[section].next; next !== null;) {
      const page = (await read({ [section]: next }))[section];
      items.push(...page.items);
      next = page.next;
    }
    data[section].next = null;
  }
  return data;
}
