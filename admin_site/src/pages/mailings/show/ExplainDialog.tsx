import No from "@mui/icons-material/CancelOutlined";
import Yes from "@mui/icons-material/CheckCircleOutlined";
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  List,
  ListItem,
  ListItemIcon,
  ListItemText,
  Stack,
  TextField,
  Typography,
} from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useTranslate } from "react-admin";
import { versioned } from "../../../api/resources";
import type { Explanation } from "../../../api/types";
import { useFormats } from "../../../i18n/formats";
import { usePhrases } from "../../../i18n/phrases";
import { isLongEnough, phoneDigits } from "../../../common/phones";
import { MessageStatusChip } from "../../../common/mailings/MessageStatusChip";
import { useApi } from "../../../api/ApiContext";

interface Props {
  mailingId: number;
  phone?: string | undefined;
  onClose: () => void;
}

/** Dialog that explains, rule by rule, why a client did or did not get the mailing. */
export function ExplainDialog({ mailingId, phone: first = "", onClose }: Props) {
  const translate = useTranslate();
  const [asked, setAsked] = useState(first);
  const [phone, setPhone] = useState(first);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(phone);
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="explain-title">
      <DialogTitle id="explain-title">{translate("mailing.explain.title")}</DialogTitle>
      <DialogContent>
        <Stack component="form" direction="row" spacing={1} onSubmit={submit} sx={{ mt: 1, alignItems: "flex-start" }}>
          <TextField
            label={translate("mailing.explain.phone")}
            value={phone}
            onChange={(event) => setPhone(phoneDigits(event.target.value))}
            slotProps={{ htmlInput: { inputMode: "numeric" } }}
            size="small"
            autoFocus
            fullWidth
          />
          <Button type="submit" variant="contained" disabled={!isLongEnough(phone)} sx={{ height: 40 }}>
            {translate("mailing.explain.ask")}
          </Button>
        </Stack>
        {isLongEnough(asked) && <ClientExplanation mailingId={mailingId} phone={asked} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{translate("app.close")}</Button>
      </DialogActions>
    </Dialog>
  );
}

function ClientExplanation({ mailingId, phone }: { mailingId: number; phone: string }) {
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ["explain", mailingId, phone],
    queryFn: async () => {
      const params = { path: { mailing_id: mailingId }, query: { phone } };
      return versioned(await api.GET("/api/v1/mailing/{mailing_id}/explain/", { params })).data;
    },
    retry: false,
    gcTime: 0,
  });
  if (error) {
    return (
      <Alert severity="warning" sx={{ mt: 2 }}>
        {error.message}
      </Alert>
    );
  }
  return data ? <Rules explanation={data} /> : null;
}

function Rules({ explanation }: { explanation: Explanation }) {
  const translate = useTranslate();
  const { precise } = useFormats();
  const { fact, reason, verdict } = usePhrases();
  return (
    <Stack spacing={1} sx={{ mt: 2 }}>
      {explanation.status && <MessageStatusChip status={explanation.status} />}
      <Typography variant="h6" component="p">
        {verdict({ code: explanation.verdict_code, params: explanation.verdict_params, text: explanation.verdict })}
      </Typography>
      {explanation.attempts.map((attempt, index) => (
        <Alert key={attempt.at} severity={attempt.outcome === "sent" ? "success" : "error"}>
          {translate("mailing.explain.attempt", {
            attempt: index + 1,
            time: precise(attempt.at),
            provider: attempt.provider ?? "—",
          })}
          :{" "}
          {attempt.error === null
            ? translate("mailing.explain.accepted")
            : reason({ code: attempt.error_code, params: null, text: attempt.error })}
        </Alert>
      ))}
      <List dense aria-label={translate("mailing.explain.rules")}>
        {explanation.rules.map((rule) => (
          <ListItem key={rule.rule} disableGutters>
            <ListItemIcon sx={{ minWidth: 36 }}>
              {rule.holds ? (
                <Yes color="success" titleAccess={translate("ra.boolean.true")} />
              ) : (
                <No color="error" titleAccess={translate("ra.boolean.false")} />
              )}
            </ListItemIcon>
            <ListItemText
              primary={translate(`rule.${rule.rule}`)}
              secondary={fact({ code: rule.code, params: rule.params, text: rule.detail })}
            />
          </ListItem>
        ))}
      </List>
    </Stack>
  );
}
