import Edit from "@mui/icons-material/Edit";
import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  IconButton,
  TextField,
  Tooltip,
} from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useCanAccess, useNotify, useTranslate } from "react-admin";
import { useApi } from "../../api/ApiContext";
import type { Tag } from "../../api/types";

/** Button that asks for another name of a tag. */
export function RenameTag({ tag }: { tag: Tag }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: "tag", action: "edit" });
  const [asking, setAsking] = useState(false);
  if (!canAccess) return null;
  return (
    <>
      <Tooltip title={translate("tag.rename")}>
        <IconButton size="small" onClick={() => setAsking(true)} aria-label={`${translate("tag.rename")} ${tag.name}`}>
          <Edit fontSize="small" />
        </IconButton>
      </Tooltip>
      {asking && <RenameDialog tag={tag} onClose={() => setAsking(false)} />}
    </>
  );
}

function RenameDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const translate = useTranslate();
  const [name, setName] = useState(tag.name);
  const { mutate, isPending, error, reset } = useRenaming(tag.name, onClose);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutate(name);
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="rename-title">
      <form onSubmit={submit}>
        <DialogTitle id="rename-title">{translate("tag.rename_title", { name: tag.name })}</DialogTitle>
        <DialogContent>
          <DialogContentText>{translate("tag.rename_text")}</DialogContentText>
          <TextField
            autoFocus
            margin="dense"
            label={translate("tag.name")}
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              reset();
            }}
            error={error !== null}
            helperText={error?.message}
            required
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{translate("ra.action.cancel")}</Button>
          <Button type="submit" variant="contained" loading={isPending} disabled={name === tag.name}>
            {translate("tag.rename")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function useRenaming(name: string, onDone: () => void) {
  const api = useApi();
  const notify = useNotify();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (newName: string) =>
      api.PATCH("/api/v1/tag/by-name/", { params: { query: { name } }, body: { name: newName } }),
    onSuccess: async () => {
      notify("tag.renamed", { type: "success" });
      onDone();
      await queries.invalidateQueries();
    },
  });
}
