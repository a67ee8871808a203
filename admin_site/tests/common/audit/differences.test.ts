import { expect, it } from "vitest";
import { differences } from "../../../src/common/audit/differences";

it("shows what an audited change has changed", () => {
  expect(differences({ phone: "1", tags: ["a"] }, { phone: "1", tags: ["b"] })).toEqual([
    { field: "tags", before: '["a"]', after: '["b"]' },
  ]);
  expect(differences(null, { name: "vip" })).toEqual([{ field: "name", before: "—", after: "vip" }]);
});
