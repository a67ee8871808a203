import { afterEach, expect, it, vi } from "vitest";
import { createApi } from "../../../../src/api/client";
import { readPersonalData } from "../../../../src/pages/clients/show/privacy/personalData";

const tokens = { token: () => Promise.resolve("t"), renew: () => Promise.resolve("t") };
const MESSAGES: Record<string, object> = {
  first: { items: [1, 2], next: "a" },
  a: { items: [3], next: "b" },
  b: { items: [4], next: null },
};
const CHANGES: Record<string, object> = { first: { items: ["x"], next: "c" }, c: { items: ["y"], next: null } };

afterEach(() => vi.unstubAllGlobals());

it("has all pages of messages and of changes, each once", async () => {
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("fetch", ({ url }: Request) => {
    const query = new URL(url).searchParams;
    const messages = MESSAGES[query.get("messages") ?? "first"];
    const changes = CHANGES[query.get("changes") ?? "first"];
    return Promise.resolve(Response.json({ phone: "79261234567", messages, changes }));
  });
  const api = createApi("http://localhost/api/v1/", tokens, { problem: String, field: String } as never);
  expect(await readPersonalData(api, "79261234567")).toEqual({
    phone: "79261234567",
    messages: { items: [1, 2, 3, 4], next: null },
    changes: { items: ["x", "y"], next: null },
  });
});
