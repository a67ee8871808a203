import { Alert } from "@mui/material";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useTranslate } from "react-admin";
import { useFormats } from "../i18n/formats";

function subscribe(changed: () => void) {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

/** Warning that the service cannot be reached, with the time of the shown data. */
export function OfflineBanner() {
  const translate = useTranslate();
  const { time } = useFormats();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const queries = useQueryClient().getQueryCache();
  // Renders again whenever a call ends.
  useIsFetching();
  const states = queries
    .getAll()
    .filter((query) => query.isActive())
    .map((query) => query.state);
  // Only a call that does not reach the service fails with a TypeError.
  const unreachable = states.some((state) => (state.error ?? state.fetchFailureReason) instanceof TypeError);
  if (online && !unreachable) return null;
  const last = Math.max(0, ...states.map((state) => state.dataUpdatedAt));
  const text = last > 0 ? translate("app.offline_since", { time: time(new Date(last)) }) : translate("app.offline");
  return (
    <Alert severity="warning" variant="filled" sx={{ mb: 2 }} role="status">
      {text}
    </Alert>
  );
}
