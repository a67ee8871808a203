import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLogoutIfAccessDenied } from "react-admin";

/** Leads to the sign-in when any call on the page finds the session over, and from there back to the page. */
export function SessionGuard() {
  const queries = useQueryClient();
  const logoutIfOver = useLogoutIfAccessDenied();
  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error") void logoutIfOver(event.action.error);
      }),
    [queries, logoutIfOver],
  );
  return null;
}
