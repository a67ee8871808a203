import Cancel from "@mui/icons-material/Block";
import GiveUp from "@mui/icons-material/DoNotDisturbOn";
import Withdraw from "@mui/icons-material/Drafts";
import Edit from "@mui/icons-material/Edit";
import Explain from "@mui/icons-material/HelpOutlined";
import Pause from "@mui/icons-material/Pause";
import Resume from "@mui/icons-material/PlayArrow";
import Retry from "@mui/icons-material/Replay";
import Resend from "@mui/icons-material/Send";
import { Button, Stack } from "@mui/material";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Confirm, useCanAccess, useNotify, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { Job, Mailing } from "../../../api/types";
import { useNow } from "../../../common/polling";
import { MAILING_STATUS } from "../../../common/statuses";
import { useApi } from "../../../api/ApiContext";
import { canRetry, isAvailable, runAction, sendAgain, type MailingAction } from "../actions";
import { CloneButton } from "../CloneButton";
import { ExplainDialog } from "./ExplainDialog";
import { RetryDialog } from "./RetryDialog";
import { mailingKey } from "./useMailing";
import { mailingJobKey } from "./useMailingJob";

const ICONS: Record<MailingAction, ReactNode> = {
  withdraw: <Withdraw />,
  pause: <Pause />,
  resume: <Resume />,
  cancel: <Cancel />,
  resend: <Resend />,
  give_up: <GiveUp />,
};
const ACTIONS: readonly MailingAction[] = ["withdraw", "pause", "resume", "resend", "give_up", "cancel"];
const CLOCK_MS = 5000;

/** Actions that the mailing's state and the user's role allow. */
export function MailingActions({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const now = useNow(CLOCK_MS);
  const { canAccess } = useCanAccess({ resource: "mailing", action: "act" });
  const [asking, setAsking] = useState(false);
  const [retrying, setRetrying] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const api = useApi();
  const { mutate, isPending } = useAction(mailing.id);
  const run = (action: MailingAction) => mutate(() => runAction(api, action, mailing.id));
  return (
    <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: "wrap" }}>
      {canAccess &&
        ACTIONS.filter((action) => isAvailable(action, mailing, now)).map((action) => (
          <Button
            key={action}
            size="small"
            variant="outlined"
            color={action === "cancel" ? "error" : "primary"}
            startIcon={ICONS[action]}
            disabled={isPending}
            onClick={() => (action === "cancel" ? setAsking(true) : run(action))}
          >
            {translate(`mailing.actions.${action}`)}
          </Button>
        ))}
      {canAccess && canRetry(mailing, now) && (
        <Button
          size="small"
          variant="outlined"
          startIcon={<Retry />}
          disabled={isPending}
          onClick={() => setRetrying(true)}
        >
          {translate("mailing.actions.retry")}
        </Button>
      )}
      {canAccess && !MAILING_STATUS[mailing.status].over && (
        <Button size="small" component={Link} to={`/mailing/${mailing.id}`} startIcon={<Edit />}>
          {translate(mailing.status === "draft" ? "mailing.actions.launch" : "ra.action.edit")}
        </Button>
      )}
      <CloneButton mailing={mailing} />
      <Button size="small" startIcon={<Explain />} onClick={() => setExplaining(true)}>
        {translate("mailing.actions.explain")}
      </Button>
      <Confirm
        isOpen={asking}
        title={translate("mailing.actions.cancel_title")}
        content={translate("mailing.actions.cancel_text")}
        onConfirm={() => {
          setAsking(false);
          run("cancel");
        }}
        onClose={() => setAsking(false)}
      />
      {retrying && (
        <RetryDialog
          mailing={mailing}
          now={now}
          onRetry={(input) => {
            setRetrying(false);
            mutate(() => sendAgain(api, mailing, input));
          }}
          onClose={() => setRetrying(false)}
        />
      )}
      {explaining && <ExplainDialog mailingId={mailing.id} onClose={() => setExplaining(false)} />}
    </Stack>
  );
}

function useAction(id: number) {
  const notify = useNotify();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (call: () => Promise<Mailing | Job>) => call(),
    onSuccess: (changed) =>
      "kind" in changed
        ? notify("job.started", { type: "info" })
        : notify("mailing.actions.done", { type: "success", messageArgs: { smart_count: 1 } }),
    onError: (error) => notify(error.message, { type: "error" }),
    onSettled: () =>
      Promise.all([mailingKey(id), mailingJobKey(id)].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
