import { afterEach, expect, it, vi } from "vitest";
import { createApi } from "../../../src/api/client";
import { searchTags } from "../../../src/common/queries/useTags";

const TAGS = Array.from({ length: 700 }, (_, n) => ({ name: `tag ${String(n)}`, clients: n }));
const tokens = { token: () => Promise.resolve("t"), renew: () => Promise.resolve("t") };

afterEach(() => vi.unstubAllGlobals());

/** Serve a search over the tags, and keep the queries. */
function serve(): URLSearchParams[] {
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("fetch", (request: Request) => {
    const query = new URL(request.url).searchParams;
    asked.push(query);
    const items = TAGS.filter(({ name }) => name.includes(query.get("search") ?? "")).slice(0, 50);
    return Promise.resolve(Response.json({ items, next: null }));
  });
  return asked;
}

it("offers the last of 700 tags by its name", async () => {
  const asked = serve();
  const api = createApi("http://localhost/api/v1/", tokens, { problem: String, field: String } as never);
  expect(await searchTags(api, "tag 699")).toEqual([{ name: "tag 699", clients: 699 }]);
  expect(await searchTags(api, "")).toHaveLength(50);
  expect(asked.map((query) => query.get("sort"))).toEqual(["length", null]);
});
