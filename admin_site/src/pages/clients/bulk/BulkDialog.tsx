import {
  Autocomplete,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Stack,
  Switch,
  TextField,
  Typography,
} from "@mui/material";
import { useState } from "react";
import { useListContext, useTranslate } from "react-admin";
import type { Bulk } from "../../../api/types";
import { useTags } from "../../../common/queries/useTags";
import { bulkOf, filterOf, type BulkAction } from "./bulk";

interface Props {
  action: BulkAction;
  title: string;
  onApply: (wanted: Bulk) => void;
  onClose: () => void;
}

/** Dialog that asks for the tags of a bulk change, and whether it concerns the selected clients or the whole list. */
export function BulkDialog({ action, title, onApply, onClose }: Props) {
  const translate = useTranslate();
  const list = useListContext();
  const selectedIds = list.selectedIds.map(String);
  const filter = filterOf(list.filterValues as Record<string, unknown>);
  const [isForAll, setForAll] = useState(false);
  const [tags, setTags] = useState<string[]>([]);
  const clients = isForAll && filter ? { filter } : { phones: selectedIds };
  return (
    <Dialog open onClose={onClose} aria-labelledby="bulk-title" fullWidth maxWidth="xs">
      <DialogTitle id="bulk-title">{title}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {!isForAll && (
            <Typography>{translate("client.bulk.selected", { smart_count: selectedIds.length })}</Typography>
          )}
          {filter && (
            <FormControlLabel
              control={<Switch checked={isForAll} onChange={(event) => setForAll(event.target.checked)} />}
              label={translate("client.bulk.all")}
            />
          )}
          {action === "delete" ? (
            <Typography>{translate("client.bulk.delete_text")}</Typography>
          ) : (
            <TagNames chosen={tags} onChoose={setTags} isNewAllowed={action === "add_tags"} />
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{translate("ra.action.cancel")}</Button>
        <Button
          variant="contained"
          color={action === "delete" ? "error" : "primary"}
          disabled={action !== "delete" && tags.length === 0}
          onClick={() => onApply(bulkOf(clients, action, tags))}
        >
          {translate(action === "delete" ? "ra.action.delete" : "client.bulk.apply")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface TagNamesProps {
  chosen: string[];
  onChoose: (names: string[]) => void;
  isNewAllowed: boolean;
}

function TagNames({ chosen, onChoose, isNewAllowed }: TagNamesProps) {
  const translate = useTranslate();
  const [typed, setTyped] = useState("");
  const names = useTags(typed).map(({ name }) => name);
  return (
    <Autocomplete
      multiple
      freeSolo={isNewAllowed}
      options={names}
      value={chosen}
      onChange={(_, value) => onChoose(value)}
      onInputChange={(_, value) => setTyped(value)}
      renderInput={(params) => <TextField {...params} label={translate("client.bulk.tags")} />}
    />
  );
}
