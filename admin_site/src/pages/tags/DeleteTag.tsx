import Delete from "@mui/icons-material/DeleteOutlined";
import { Box, IconButton, Tooltip } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Confirm, useCanAccess, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../api/ApiContext";
import type { Tag } from "../../api/types";

const ACCEPTED = 202;

/** Button that deletes a tag, after a question. Many clients are changed by a job. */
export function DeleteTag({ tag }: { tag: Tag }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: "tag", action: "delete" });
  const [asking, setAsking] = useState(false);
  const { mutate, isPending } = useDeletion(tag.name);
  if (!canAccess) return null;
  return (
    <Box component="span">
      <Tooltip title={translate("ra.action.delete")}>
        <IconButton
          size="small"
          disabled={isPending}
          onClick={() => setAsking(true)}
          aria-label={`${translate("ra.action.delete")} ${tag.name}`}
        >
          <Delete fontSize="small" />
        </IconButton>
      </Tooltip>
      <Confirm
        isOpen={asking}
        title={translate("tag.delete_title", { name: tag.name })}
        content={translate("tag.delete_text", { smart_count: tag.clients })}
        onConfirm={() => {
          setAsking(false);
          mutate();
        }}
        onClose={() => setAsking(false)}
      />
    </Box>
  );
}

function useDeletion(name: string) {
  const api = useApi();
  const notify = useNotify();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/tag/by-name/", { params: { query: { name } } }),
    onSuccess: ({ response }) =>
      response.status === ACCEPTED
        ? notify("tag.deletion_started", { type: "info" })
        : notify("tag.deleted", { type: "success" }),
    onError: (error) => notify(error.message, { type: "error" }),
    onSettled: () => queries.invalidateQueries(),
  });
}
