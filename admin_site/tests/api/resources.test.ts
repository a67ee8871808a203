import { afterEach, expect, it, vi } from "vitest";
import { createApi } from "../../src/api/client";
import { clientMessages, replies, tags } from "../../src/api/resources";

const tokens = { token: () => Promise.resolve("t"), renew: () => Promise.resolve("t") };

afterEach(() => vi.unstubAllGlobals());

it.each(["50% off", "sale?", "#1", "a/b", "a//", ".", "..", "C++", "a&name=b", "новый"])(
  "reads and deletes the tag “%s” and no other",
  async (name) => {
    const asked: string[] = [];
    vi.stubGlobal("location", { href: "http://localhost/" });
    vi.stubGlobal("fetch", (request: Request) => {
      const url = new URL(request.url);
      asked.push(`${request.method} ${url.pathname}`, ...url.searchParams.getAll("name"));
      const isRead = request.method === "GET";
      return Promise.resolve(isRead ? Response.json({ name, clients: 0 }) : new Response(null, { status: 204 }));
    });
    const resource = tags(createApi("http://localhost/api/v1/", tokens, { problem: String, field: String } as never));
    await resource.get?.(name);
    await resource.remove?.(name, undefined);
    const path = "/api/v1/tag/by-name/";
    expect(asked).toEqual([`GET ${path}`, name, `DELETE ${path}`, name]);
  },
);

it("reads the messages of a client without a sort, which the API refuses", async () => {
  const asked: string[] = [];
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("fetch", ({ url }: Request) => {
    asked.push(url);
    return Promise.resolve(Response.json({ items: [], next: null }));
  });
  const api = createApi("http://localhost/api/v1/", tokens, { problem: String, field: String } as never);
  const filter = { phone: "79261234567", status: "sent" };
  await clientMessages(api).list({ limit: 25, cursor: undefined, sort: "-at", filter });
  expect(asked).toEqual(["http://localhost/api/v1/client/79261234567/message/?limit=25&status=sent"]);
});

it("reads the replies of a client without a sort, which the API refuses", async () => {
  const asked: string[] = [];
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("fetch", ({ url }: Request) => {
    asked.push(url);
    return Promise.resolve(Response.json({ items: [], next: null }));
  });
  const api = createApi("http://localhost/api/v1/", tokens, { problem: String, field: String } as never);
  await replies(api).list({ limit: 25, cursor: "next", sort: "-at", filter: { phone: "79261234567" } });
  expect(asked).toEqual(["http://localhost/api/v1/reply/?limit=25&cursor=next&phone=79261234567"]);
});
