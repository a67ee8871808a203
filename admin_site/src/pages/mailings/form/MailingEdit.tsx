import { LinearProgress } from "@mui/material";
import { Title, useNotify, useRedirect, useTranslate } from "react-admin";
import { useParams } from "react-router-dom";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Mailing } from "../../../api/types";
import { versioned, type Versioned } from "../../../api/resources";
import { LoadError } from "../../../common/components/LoadError";
import { useApi } from "../../../api/ApiContext";
import { DraftForm } from "./DraftForm";
import { MailingForm } from "./MailingForm";
import { toMailingChange, valuesFromMailing, type FormValues } from "./values";

/** Form of an existing mailing. */
export default function MailingEdit() {
  const api = useApi();
  const translate = useTranslate();
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
  return (
    <>
      <Title title={translate("mailing.form.edit", { id })} />
      {data.data.status === "draft" ? (
        <DraftForm key={id} begin={() => valuesFromMailing(data.data)} found={data} />
      ) : (
        <Editor key={id} found={data} />
      )}
    </>
  );
}

function Editor({ found: { data: mailing, etag } }: { found: Versioned<Mailing> }) {
  const api = useApi();
  const translate = useTranslate();
  const notify = useNotify();
  const redirect = useRedirect();
  const [values, setValues] = useState(() => valuesFromMailing(mailing));
  const [started] = useState(() => Date.parse(mailing.starts_at) <= Date.now());
  const save = async (written: FormValues) => {
    const params = { path: { mailing_id: mailing.id }, header: { "if-match": etag } };
    await api.PATCH("/api/v1/mailing/{mailing_id}/", { params, body: toMailingChange(written, mailing) });
    notify("ra.notification.updated", { type: "success", messageArgs: { smart_count: 1, id: mailing.id } });
    redirect("show", "mailing", mailing.id);
  };
  return (
    <MailingForm
      values={values}
      onChange={(change) => setValues((before) => ({ ...before, ...change }))}
      started={started}
      confirm={translate("mailing.form.save")}
      onSubmit={save}
    />
  );
}
