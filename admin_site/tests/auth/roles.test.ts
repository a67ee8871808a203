import { describe, expect, it } from "vitest";
import { isAllowed, highestRole } from "../../src/auth/roles";

describe("roles", () => {
  it("are the highest of the groups", () => {
    expect(highestRole(["viewer", "admin", "eu-central-1_Google"])).toBe("admin");
    expect(highestRole([])).toBeUndefined();
  });

  it.each([
    ["viewer", "list", "mailing", true],
    ["viewer", "create", "mailing", false],
    ["operator", "act", "mailing", true],
    ["operator", "delete", "client", false],
    ["viewer", "list", "optout", true],
    ["viewer", "create", "optout", false],
    ["operator", "create", "optout", true],
    ["operator", "import", "optout", true],
    ["operator", "delete", "optout", false],
    ["admin", "delete", "optout", true],
    ["operator", "data", "client", false],
    ["operator", "erase", "client", false],
    ["admin", "erase", "client", true],
    ["operator", "list", "audit", false],
    ["operator", "reset", "provider", false],
    ["admin", "reset", "provider", true],
    ["admin", "delete", "client", true],
    ["admin", "list", "audit", true],
  ] as const)("%s may %s %s: %s", (role, action, resource, allowed) => {
    expect(isAllowed(role, action, resource)).toBe(allowed);
  });

  it("are needed for everything", () => {
    expect(isAllowed(undefined, "list", "mailing")).toBe(false);
  });
});
