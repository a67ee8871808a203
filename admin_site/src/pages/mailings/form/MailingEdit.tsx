import { LinearProgress } from "@mui/material";
import { Title, useNotify, useRedirect, useTranslate } from "react-admin";
import { useParams } from "react-router-dom";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Mailing } from "../../../api/types";
import { versioned, type Versioned } from "../../../api/resources";
import { LoadError } from "../../../common/components/LoadError";
import { useApi } from "../../../api/ApiContext";
import { valuesFromMailing, toMailingChange, type FormValues } from "./values";
import { MailingForm } from "./MailingForm";
import { useFormValues } from "./useFormValues";

/** Form of an existing mailing. */
export default function MailingEdit() {
  const api = useApi();
  const id = Number(useParams()["id"]);
  const { data, error, refetch } = useQuery({
    queryKey: ["mailing", "edit", id],
    queryFn: async () =>
      versioned(await api.GET("/api/v1/mailing/{mailing_id}/", { params: { path: { mailing_id: id } } })),
    // Refetching would replace the values while they are edited.
    staleTime: Infinity,
    gcTime: 0,
  });
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinearProgress sx={{ mt: 2 }} />;
  return <Editor found={data} />;
}

function Editor({ found }: { found: Versioned<Mailing> }) {
  const translate = useTranslate();
  const mailing = found.data;
  const { values, change } = useFormValues(() => valuesFromMailing(mailing), false);
  const isDraft = mailing.status === "draft";
  const [started] = useState(() => !isDraft && Date.parse(mailing.starts_at) <= Date.now());
  const { save, launch } = useSave(found);
  return (
    <>
      <Title title={translate("mailing.form.edit", { id: mailing.id })} />
      <MailingForm
        values={values}
        onChange={change}
        started={started}
        confirm={translate(isDraft ? "mailing.form.confirm" : "mailing.form.save")}
        onSubmit={isDraft ? launch : save}
        {...(isDraft && { onSaveDraft: save })}
      />
    </>
  );
}

/** Return functions that save the mailing's changes, and that save and then launch a draft. */
function useSave({ data: mailing, etag }: Versioned<Mailing>) {
  const api = useApi();
  const notify = useNotify();
  const redirect = useRedirect();
  const path = { mailing_id: mailing.id };
  // A launch that failed has saved the draft, so the next one begins with the saved version.
  const saved = useRef({ mailing, etag });

  const change = async (values: FormValues) => {
    const params = { path, header: { "if-match": saved.current.etag } };
    const body = toMailingChange(values, saved.current.mailing);
    const changed = versioned(await api.PATCH("/api/v1/mailing/{mailing_id}/", { params, body }));
    saved.current = { mailing: changed.data, etag: changed.etag };
  };
  const finish = (message: string) => {
    notify(message, { type: "success", messageArgs: { smart_count: 1, id: mailing.id } });
    redirect("show", "mailing", mailing.id);
  };
  return {
    save: async (values: FormValues) => {
      await change(values);
      finish("ra.notification.updated");
    },
    launch: async (values: FormValues) => {
      await change(values);
      // Only the version that was just saved goes.
      const params = { path, header: { "if-match": saved.current.etag } };
      await api.POST("/api/v1/mailing/{mailing_id}/launch/", { params });
      finish("mailing.form.launched");
    },
  };
}
