import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLogoutIfAccessDenied } from "react-admin";

/** Redirect to the sign-in page when a call finds that the session has ended; the sign-in returns to the same page. */
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
