import { useState } from "react";
import { useNotify, useRedirect, useTranslate } from "react-admin";
import type { Api } from "../../../api/client";
import { versioned, type Versioned } from "../../../api/resources";
import type { Mailing } from "../../../api/types";
import { useApi } from "../../../api/ApiContext";
import { DraftWriter, type DraftCalls } from "./draftWriter";
import { MailingForm } from "./MailingForm";
import { useAutosave, type SaveState } from "./useAutosave";
import { firstInvalidStep, validateDraft, type FormValues } from "./values";

interface Props {
  begin: () => FormValues;
  /** The draft to edit; without it, the first change creates one. */
  found?: Versioned<Mailing>;
  /** Called with the id of the draft when it is first saved. */
  onSaved?: (id: number) => void;
}

/** Form of a draft, which the server keeps while it is written. */
export function DraftForm({ begin, found, onSaved }: Props) {
  const translate = useTranslate();
  const notify = useNotify();
  const redirect = useRedirect();
  const api = useApi();
  const [values, setValues] = useState(begin);
  const [writer] = useState(() => new DraftWriter(callsOf(api), found && { mailing: found, values }));
  const state = useAutosave({
    values,
    savable: firstInvalidStep(validateDraft(values, new Date())) === undefined,
    isSaved: (written) => writer.has(written),
    save: (written) => writer.save(written),
    onSaved: (id) => onSaved?.(id),
  });
  const finish = (message: string, id: number) => {
    notify(message, { type: "success", messageArgs: { id } });
    redirect("show", "mailing", id);
  };
  return (
    <MailingForm
      values={values}
      onChange={(change) => setValues((before) => ({ ...before, ...change }))}
      confirm={translate(values.start_now ? "mailing.form.confirm" : "mailing.form.confirm_scheduled")}
      onSubmit={async (written) => finish("mailing.form.launched", await writer.launch(written))}
      onSaveDraft={async (written) => finish("mailing.form.draft_saved", await writer.save(written))}
      {...(state && { saveState: translate(`mailing.form.draft_${state.kind}`, reasonOf(state)) })}
    />
  );
}

function reasonOf(state: SaveState) {
  return state?.kind === "failed" ? { reason: state.message } : {};
}

function callsOf(api: Api): DraftCalls {
  const path = (id: number) => ({ mailing_id: id });
  return {
    create: async (body, key) =>
      versioned(await api.POST("/api/v1/mailing/", { body, params: { header: { "Idempotency-Key": key } } })),
    change: async (id, body, etag) => {
      const params = { path: path(id), header: { "if-match": etag } };
      return versioned(await api.PATCH("/api/v1/mailing/{mailing_id}/", { params, body }));
    },
    launch: async (id, etag) => {
      const params = { path: path(id), header: { "if-match": etag } };
      await api.POST("/api/v1/mailing/{mailing_id}/launch/", { params });
    },
  };
}
