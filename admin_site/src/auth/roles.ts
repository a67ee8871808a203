/** What each role may do; the API weighs it again, here it decides what is offered. */

const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** The highest of the roles among the groups of a token. */
export function highestRole(groups: readonly string[]): Role | undefined {
  return ROLES.findLast((role) => groups.includes(role));
}

/** Needed for an action on a resource; what is not named, a viewer may. */
const REQUIRED_ROLE: Record<string, Record<string, Role>> = {
  client: { create: "operator", edit: "operator", import: "operator", delete: "admin" },
  tag: { create: "operator", delete: "operator" },
  mailing: { create: "operator", edit: "operator", clone: "operator", delete: "operator", act: "operator" },
  audit: { list: "admin", show: "admin" },
};

/** Whether a role may take an action on a resource. */
export function isAllowed(role: Role | undefined, action: string, resource: string): boolean {
  if (!role) return false;
  return ROLES.indexOf(role) >= ROLES.indexOf(REQUIRED_ROLE[resource]?.[action] ?? "viewer");
}
