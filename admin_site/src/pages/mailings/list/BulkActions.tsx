import Cancel from "@mui/icons-material/Block";
import Pause from "@mui/icons-material/Pause";
import Resume from "@mui/icons-material/PlayArrow";
import { useState } from "react";
import { Button, Confirm, useListContext, useNotify, useRefresh, useTranslate } from "react-admin";
import type { Mailing } from "../../../api/types";
import { useApi } from "../../../api/ApiContext";
import { runAction, type MailingAction } from "../actions";

/** Buttons that pause, resume or cancel the selected mailings, one call each; failures are reported. */
export function BulkActions() {
  const { run, busy } = useBulk();
  const [asking, setAsking] = useState(false);
  const translate = useTranslate();
  const { selectedIds } = useListContext<Mailing>();
  return (
    <>
      <Button label="mailing.actions.pause" disabled={busy} onClick={() => run("pause")}>
        <Pause />
      </Button>
      <Button label="mailing.actions.resume" disabled={busy} onClick={() => run("resume")}>
        <Resume />
      </Button>
      <Button label="mailing.actions.cancel" disabled={busy} onClick={() => setAsking(true)} color="error">
        <Cancel />
      </Button>
      <Confirm
        isOpen={asking}
        title={translate("mailing.actions.bulk_cancel_title", { smart_count: selectedIds.length })}
        content={translate("mailing.actions.cancel_text")}
        onConfirm={() => {
          setAsking(false);
          run("cancel");
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

function useBulk() {
  const api = useApi();
  const notify = useNotify();
  const refresh = useRefresh();
  const { selectedIds, onUnselectItems } = useListContext<Mailing>();
  const [busy, setBusy] = useState(false);

  const work = async (action: MailingAction) => {
    setBusy(true);
    const results = await Promise.allSettled(selectedIds.map((id) => runAction(api, action, id)));
    setBusy(false);
    const failed = results.filter((result) => result.status === "rejected");
    if (failed[0]) {
      const reason = (failed[0].reason as Error).message;
      const messageArgs = { failed: failed.length, total: results.length, reason };
      notify("mailing.actions.some_failed", { type: "warning", messageArgs });
    } else {
      notify("mailing.actions.done", { type: "success", messageArgs: { smart_count: results.length } });
    }
    onUnselectItems();
    refresh();
  };
  return { busy, run: (action: MailingAction) => void work(action) };
}
