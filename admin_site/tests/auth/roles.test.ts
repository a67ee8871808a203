import { describe, expect, it } from "vitest";
import { may, roleOf } from "../../src/auth/roles";

describe("roles", () => {
  it("are the highest of the groups", () => {
    expect(roleOf(["viewer", "admin", "eu-central-1_Google"])).toBe("admin");
    expect(roleOf([])).toBeUndefined();
  });

  it.each([
    ["viewer", "list", "mailing", true],
    ["viewer", "create", "mailing", false],
    ["operator", "act", "mailing", true],
    ["operator", "delete", "client", false],
    ["operator", "list", "audit", false],
    ["admin", "delete", "client", true],
    ["admin", "list", "audit", true],
  ] as const)("%s may %s %s: %s", (role, action, resource, allowed) => {
    expect(may(role, action, resource)).toBe(allowed);
  });

  it("are needed for everything", () => {
    expect(may(undefined, "list", "mailing")).toBe(false);
  });
});
