import Add from "@mui/icons-material/NewLabel";
import Delete from "@mui/icons-material/DeleteOutlined";
import Remove from "@mui/icons-material/LabelOff";
import { Button } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useCanAccess, useListContext, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../../api/ApiContext";
import { versioned } from "../../../api/resources";
import type { Bulk } from "../../../api/types";
import { outcomesOf, type BulkAction } from "./bulk";
import { BulkDialog } from "./BulkDialog";

const LABELS: Record<BulkAction, string> = {
  add_tags: "client.bulk.add_tags",
  remove_tags: "client.bulk.remove_tags",
  delete: "ra.action.delete",
};
const ICONS: Record<BulkAction, ReactNode> = { add_tags: <Add />, remove_tags: <Remove />, delete: <Delete /> };
const ACTIONS: readonly BulkAction[] = ["add_tags", "remove_tags", "delete"];

/** Actions on the selected clients, or on all clients of the list. */
export function BulkActions() {
  const translate = useTranslate();
  const { canAccess: canDelete } = useCanAccess({ resource: "client", action: "delete" });
  const [action, setAction] = useState<BulkAction>();
  const { mutate, isPending } = useBulk();
  return (
    <>
      {ACTIONS.filter((each) => each !== "delete" || canDelete).map((each) => (
        <Button key={each} size="small" startIcon={ICONS[each]} disabled={isPending} onClick={() => setAction(each)}>
          {translate(LABELS[each])}
        </Button>
      ))}
      {action && (
        <BulkDialog
          action={action}
          title={translate(LABELS[action])}
          onApply={(wanted) => {
            setAction(undefined);
            mutate(wanted);
          }}
          onClose={() => setAction(undefined)}
        />
      )}
    </>
  );
}

function useBulk() {
  const api = useApi();
  const notify = useNotify();
  const queries = useQueryClient();
  const { onUnselectItems } = useListContext();
  return useMutation({
    mutationFn: async (body: Bulk) => versioned(await api.POST("/api/v1/client/bulk/", { body })).data,
    onSuccess: (job) => {
      onUnselectItems();
      for (const { key, count, type } of outcomesOf(job)) notify(key, { type, messageArgs: { smart_count: count } });
    },
    onError: (error) => notify(error.message, { type: "error" }),
    onSettled: () => queries.invalidateQueries(),
  });
}
