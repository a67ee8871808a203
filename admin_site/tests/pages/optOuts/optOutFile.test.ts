import { afterEach, expect, it, vi } from "vitest";
import { createApi } from "../../../src/api/client";
import { splitTable } from "../../../src/common/files/chunks";
import { readTable } from "../../../src/common/files/table";
import { importOptOuts, OPT_OUT_FILE, OPT_OUT_SAMPLE } from "../../../src/pages/optOuts/import/optOutFile";

const tokens = { token: () => Promise.resolve("t"), renew: () => Promise.resolve("t") };

afterEach(() => vi.unstubAllGlobals());

it("needs the column of phones only", () => {
  expect(readTable("Phone\n79261234567\n", OPT_OUT_FILE).columns).toEqual(["phone"]);
  expect(() => readTable("scope\nall\n", OPT_OUT_FILE)).toThrow("csv_columns_missing");
});

it("is sent as it stands, with its idempotency key", async () => {
  const sent: Request[] = [];
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("fetch", (request: Request) => {
    sent.push(request);
    return Promise.resolve(Response.json({ created: 1, updated: 1, refused: [] }));
  });
  const api = createApi("http://localhost/api/v1/", tokens, { problem: String, field: String } as never);
  const [chunk] = splitTable(readTable(OPT_OUT_SAMPLE, OPT_OUT_FILE));
  if (!chunk) throw new Error("there must be a chunk");
  expect(await importOptOuts(api, chunk, "key")).toEqual({ created: 1, updated: 1, refused: [] });
  const [request] = sent;
  expect([request?.method, request?.url]).toEqual(["POST", "http://localhost/api/v1/optout/import/"]);
  expect(request?.headers.get("Content-Type")).toBe("text/csv");
  expect(request?.headers.get("Idempotency-Key")).toBe("key");
  expect(await request?.text()).toBe(OPT_OUT_SAMPLE);
});
