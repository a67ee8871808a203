import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Stack,
  TextField,
  Typography,
} from "@mui/material";
import { useState } from "react";
import { useTranslate } from "react-admin";
import type { Mailing, RetriedStatus, RetryInput } from "../../../api/types";
import { useFormats } from "../../../i18n/formats";
import { RETRIED_STATUSES } from "../actions";

interface Props {
  mailing: Mailing;
  now: Date;
  onRetry: (input: RetryInput) => void;
  onClose: () => void;
}

/** Dialog that asks which messages to send again and, after the mailing's end, for a new end. */
export function RetryDialog({ mailing, now, onRetry, onClose }: Props) {
  const translate = useTranslate();
  const { number } = useFormats();
  const present = RETRIED_STATUSES.filter((status) => mailing.stats[status] > 0);
  const [chosen, setChosen] = useState<readonly RetriedStatus[]>(() => present.slice(0, 1));
  const [ends, setEnds] = useState("");
  const over = Date.parse(mailing.ends_at) <= now.getTime();
  const late = Date.parse(ends) <= now.getTime();
  const toggle = (status: RetriedStatus) =>
    setChosen(chosen.includes(status) ? chosen.filter((each) => each !== status) : [...chosen, status]);
  return (
    <Dialog open onClose={onClose} aria-labelledby="retry-title">
      <DialogTitle id="retry-title">{translate("mailing.retry.title")}</DialogTitle>
      <DialogContent>
        <Stack spacing={1}>
          {present.map((status) => (
            <FormControlLabel
              key={status}
              control={<Checkbox checked={chosen.includes(status)} onChange={() => toggle(status)} />}
              label={translate(`mailing.retry.${status}`, { count: number(mailing.stats[status]) })}
            />
          ))}
          {present.length === 0 && (
            <Typography>{translate("mailing.retry.unknown", { count: number(mailing.stats.unknown) })}</Typography>
          )}
          {over && (
            <TextField
              type="datetime-local"
              label={translate("mailing.retry.ends_at")}
              value={ends}
              onChange={(event) => setEnds(event.target.value)}
              error={late}
              helperText={translate(late ? "mailing.form.end_past" : "mailing.retry.ended")}
              slotProps={{ inputLabel: { shrink: true } }}
              required
            />
          )}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{translate("ra.action.cancel")}</Button>
        <Button
          variant="contained"
          disabled={(present.length > 0 && chosen.length === 0) || (over && (ends === "" || late))}
          onClick={() => onRetry({ statuses: [...chosen], ends_at: over ? new Date(ends).toISOString() : null })}
        >
          {translate("mailing.retry.confirm")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
