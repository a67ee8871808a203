import { describe, expect, it } from "vitest";
import type { Job } from "../../../src/api/types";
import { bulkOf, filterOf, outcomesOf } from "../../../src/pages/clients/bulk/bulk";

describe("the filter of a whole list", () => {
  it.each([
    [{}, { tags: [], operator_codes: [] }],
    [
      { tag: "vip", operator_code: "926" },
      { tags: ["vip"], operator_codes: ["926"] },
    ],
    [
      { tag: "", search: "" },
      { tags: [], operator_codes: [] },
    ],
    // A bulk change knows no such filter, and without it would concern more clients than the list has.
    [{ tag: "vip", search: "4567" }, undefined],
    [{ timezone: "Asia/Omsk" }, undefined],
  ])("of %j is %j", (values, filter) => {
    expect(filterOf(values)).toEqual(filter);
  });
});

it("makes one change of some clients", () => {
  const clients = { phones: ["79261234567"] };
  expect(bulkOf(clients, "add_tags", ["a"])).toEqual({ ...clients, add_tags: ["a"], remove_tags: [], delete: false });
  expect(bulkOf(clients, "remove_tags", ["a"])).toEqual({
    ...clients,
    add_tags: [],
    remove_tags: ["a"],
    delete: false,
  });
  expect(bulkOf(clients, "delete", ["a"])).toEqual({ ...clients, add_tags: [], remove_tags: [], delete: true });
});

it("tells how a change ended", () => {
  const job = (status: Job["status"], result: Job["result"]) => ({ status, result }) as Job;
  expect(outcomesOf(job("waiting", {}))).toEqual([{ key: "client.bulk.started", count: 0, type: "info" }]);
  expect(outcomesOf(job("finished", { changed: 3, missing: 1 }))).toEqual([
    { key: "client.bulk.done", count: 3, type: "success" },
  ]);
  expect(outcomesOf(job("finished", { deleted: 2 }))).toEqual([{ key: "client.bulk.done", count: 2, type: "success" }]);
  expect(outcomesOf(job("finished", { refused: 2 }))).toEqual([
    { key: "client.bulk.done", count: 0, type: "success" },
    { key: "client.bulk.refused", count: 2, type: "warning" },
  ]);
});
