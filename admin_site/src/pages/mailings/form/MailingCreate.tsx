import { LinearProgress } from "@mui/material";
import { useState } from "react";
import { Title, useGetOne } from "react-admin";
import { createSearchParams, Navigate, useLocation, useNavigate, useSearchParams } from "react-router-dom";
import type { Mailing } from "../../../api/types";
import { DraftForm } from "./DraftForm";
import { newValues, valuesFromClone, type FormValues } from "./values";

/** State of the page's address: it names the form that is open. */
interface FormState {
  form: string;
}

/**
 * Form of a new mailing; `?clone=7` begins with a copy of mailing 7. Once the draft is saved, the address has
 * `?draft=8`, so that a reload or a new sign-in goes on with it.
 */
export default function MailingCreate() {
  const location = useLocation();
  const form = (location.state as FormState | null)?.form ?? location.key;
  return <NewForm key={form} form={form} />;
}

function NewForm({ form }: FormState) {
  const [query] = useSearchParams();
  const navigate = useNavigate();
  // Later the address names the draft of this form.
  const [draft] = useState(() => query.get("draft"));
  const [path] = useState(() => window.location.pathname);
  const clone = query.get("clone");
  if (draft) return <Navigate to={`/mailing/${draft}`} replace />;
  const onSaved = (id: number) => {
    // The form is still shown while the page that was chosen meanwhile is loading.
    if (window.location.pathname !== path) return;
    const state: FormState = { form };
    const search = createSearchParams({ ...(clone && { clone }), draft: String(id) }).toString();
    void navigate({ search }, { replace: true, state });
  };
  return (
    <>
      <Title title="mailing.form.create" />
      {clone ? (
        <Clone id={Number(clone)} onSaved={onSaved} />
      ) : (
        <DraftForm begin={() => newValues(new Date())} onSaved={onSaved} />
      )}
    </>
  );
}

function Clone({ id, onSaved }: { id: number; onSaved: (id: number) => void }) {
  const { data } = useGetOne<Mailing>("mailing", { id });
  if (!data) return <LinearProgress sx={{ mt: 2 }} />;
  const begin = (): FormValues => valuesFromClone(data, new Date());
  return <DraftForm begin={begin} onSaved={onSaved} />;
}
