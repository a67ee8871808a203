import { Alert, Button, LinearProgress } from "@mui/material";
import { Title, useGetOne, useNotify, useRedirect, useTranslate } from "react-admin";
import { useSearchParams } from "react-router-dom";
import { useState } from "react";
import type { Mailing, MailingInput } from "../../../api/types";
import { versioned } from "../../../api/resources";
import { useApi } from "../../../api/ApiContext";
import { draftFromClone, newDraft, toMailingInput, type Draft } from "./draft";
import { MailingForm } from "./MailingForm";
import { forgetDraft, useDraft } from "./useDraft";

/** Form of a new mailing; `?clone=7` starts with a copy of mailing 7. */
export default function MailingCreate() {
  const [query] = useSearchParams();
  const clone = query.get("clone");
  return clone ? <Clone id={Number(clone)} /> : <NewMailing kept begin={() => newDraft(new Date())} />;
}

function Clone({ id }: { id: number }) {
  const { data } = useGetOne<Mailing>("mailing", { id });
  if (!data) return <LinearProgress sx={{ mt: 2 }} />;
  return <NewMailing key={id} begin={() => draftFromClone(data, new Date())} />;
}

function NewMailing({ begin, kept = false }: { begin: () => Draft; kept?: boolean }) {
  const translate = useTranslate();
  const { draft, change, restored, startOver } = useDraft(begin, kept);
  const launch = useLaunch();
  return (
    <>
      <Title title="mailing.form.create" />
      {restored && (
        <Alert
          severity="info"
          sx={{ mt: 2 }}
          action={
            <Button color="inherit" onClick={startOver}>
              {translate("mailing.form.draft_drop")}
            </Button>
          }
        >
          {translate("mailing.form.draft_kept")}
        </Alert>
      )}
      <MailingForm
        draft={draft}
        onChange={change}
        confirm={translate(draft.start_now ? "mailing.form.confirm" : "mailing.form.confirm_scheduled")}
        onSubmit={launch}
      />
    </>
  );
}

/** Return a function that creates the mailing once, however often it is called. */
function useLaunch() {
  const api = useApi();
  const notify = useNotify();
  const redirect = useRedirect();
  // The same draft reuses its idempotency key, so that a retry after a lost response creates no second mailing.
  const [calls] = useState(() => new Map<string, { key: string; body: MailingInput }>());
  return async (draft: Draft) => {
    const written = JSON.stringify(draft);
    const call = calls.get(written) ?? { key: crypto.randomUUID(), body: toMailingInput(draft, new Date()) };
    calls.set(written, call);
    const params = { header: { "Idempotency-Key": call.key } };
    const created = versioned(await api.POST("/api/v1/mailing/", { body: call.body, params })).data;
    forgetDraft();
    notify("mailing.form.created", { type: "success", messageArgs: { id: created.id } });
    redirect("show", "mailing", created.id);
  };
}
