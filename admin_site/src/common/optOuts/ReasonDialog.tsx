import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  Stack,
  TextField,
} from "@mui/material";
import { useId, useState, type ReactNode, type SubmitEvent } from "react";
import { useTranslate } from "react-admin";

const MAX_REASON = 500;

interface Props {
  title: string;
  text: string;
  reasonHelp: string;
  /** Words of the button. */
  confirm: string;
  isDangerous?: boolean;
  /** False while other fields of the dialog are not filled. */
  isReady?: boolean;
  isPending: boolean;
  error: Error | null;
  onConfirm: (reason: string) => void;
  onClose: () => void;
  /** Fields above the reason. */
  children?: ReactNode;
}

/** Dialog that asks for a reason, and shows why the action was refused. */
export function ReasonDialog(props: Props) {
  const { title, text, reasonHelp, confirm, isDangerous = false, isReady = true, isPending, error } = props;
  const translate = useTranslate();
  const titleId = useId();
  const [reason, setReason] = useState("");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onConfirm(reason.trim());
  };
  return (
    <Dialog open onClose={props.onClose} aria-labelledby={titleId} fullWidth maxWidth="sm">
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent>
          <Stack spacing={2}>
            <DialogContentText>{text}</DialogContentText>
            {error && <Alert severity="error">{error.message}</Alert>}
            {props.children}
            <TextField
              label={translate("opt_out.reason")}
              helperText={reasonHelp}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              slotProps={{ htmlInput: { maxLength: MAX_REASON } }}
              autoFocus={!props.children}
              required
            />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={props.onClose}>{translate("ra.action.cancel")}</Button>
          <Button
            type="submit"
            variant="contained"
            color={isDangerous ? "error" : "primary"}
            loading={isPending}
            disabled={!isReady || reason.trim() === ""}
          >
            {confirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
