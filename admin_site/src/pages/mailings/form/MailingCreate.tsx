import { Alert, Button, LinearProgress } from "@mui/material";
import { Title, useGetOne, useNotify, useRedirect, useTranslate } from "react-admin";
import { useSearchParams } from "react-router-dom";
import { useState } from "react";
import type { Mailing, NewMailing } from "../../../api/types";
import { versioned } from "../../../api/resources";
import { useApi } from "../../../api/ApiContext";
import { valuesFromClone, newValues, toMailingInput, type FormValues } from "./values";
import { MailingForm } from "./MailingForm";
import { forgetValues, useFormValues } from "./useFormValues";

/** Form of a new mailing; `?clone=7` starts with a copy of mailing 7. */
export default function MailingCreate() {
  const [query] = useSearchParams();
  const clone = query.get("clone");
  return clone ? <Clone id={Number(clone)} /> : <CreateForm kept begin={() => newValues(new Date())} />;
}

function Clone({ id }: { id: number }) {
  const { data } = useGetOne<Mailing>("mailing", { id });
  if (!data) return <LinearProgress sx={{ mt: 2 }} />;
  return <CreateForm key={id} begin={() => valuesFromClone(data, new Date())} />;
}

function CreateForm({ begin, kept = false }: { begin: () => FormValues; kept?: boolean }) {
  const translate = useTranslate();
  const { values, change, restored, startOver } = useFormValues(begin, kept);
  const create = useCreate();
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
        values={values}
        onChange={change}
        confirm={translate(values.start_now ? "mailing.form.confirm" : "mailing.form.confirm_scheduled")}
        onSubmit={(written) => create(written, false)}
        onSaveDraft={(written) => create(written, true)}
      />
    </>
  );
}

/** Return a function that creates the mailing, or a draft of it, once, however often it is called. */
function useCreate() {
  const api = useApi();
  const notify = useNotify();
  const redirect = useRedirect();
  // The same draft reuses its idempotency key, so that a retry after a lost response creates no second mailing.
  const [calls] = useState(() => new Map<string, { key: string; body: NewMailing }>());
  return async (values: FormValues, draft: boolean) => {
    const written = JSON.stringify([values, draft]);
    const input = { ...toMailingInput(values, new Date()), draft };
    const call = calls.get(written) ?? { key: crypto.randomUUID(), body: input };
    calls.set(written, call);
    const params = { header: { "Idempotency-Key": call.key } };
    const created = versioned(await api.POST("/api/v1/mailing/", { body: call.body, params })).data;
    forgetValues();
    notify(draft ? "mailing.form.draft_saved" : "mailing.form.created", {
      type: "success",
      messageArgs: { id: created.id },
    });
    redirect("show", "mailing", created.id);
  };
}
