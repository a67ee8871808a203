/** Permissions of the roles. The API enforces them; the site hides what a role may not do. */

import type { Role } from "../api/types";

/** Ranks: a role has the rights of every lower one. */
const RANK: Record<Role, number> = { viewer: 1, operator: 2, admin: 3 };
const ROLES = (Object.keys(RANK) as Role[]).toSorted((one, other) => RANK[one] - RANK[other]);

/** Return the highest role among a token's groups. */
export function highestRole(groups: readonly string[]): Role | undefined {
  return ROLES.findLast((role) => groups.includes(role));
}

/** Role that an action on a resource requires. Actions not listed require the viewer role. */
const REQUIRED_ROLE: Record<string, Record<string, Role>> = {
  client: {
    create: "operator",
    edit: "operator",
    import: "operator",
    bulk: "operator",
    delete: "admin",
    data: "admin",
    erase: "admin",
  },
  optout: { create: "operator", import: "operator", delete: "admin" },
  tag: { create: "operator", edit: "operator", delete: "operator" },
  mailing: { create: "operator", edit: "operator", clone: "operator", delete: "operator", act: "operator" },
  job: { act: "operator" },
  provider: { reset: "admin" },
  audit: { list: "admin", show: "admin" },
};

/** Return true if the role may perform the action on the resource. */
export function isAllowed(role: Role | undefined, action: string, resource: string): boolean {
  if (!role) return false;
  return RANK[role] >= RANK[REQUIRED_ROLE[resource]?.[action] ?? "viewer"];
}
