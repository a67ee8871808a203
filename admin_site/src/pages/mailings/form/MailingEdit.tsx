import { LinearProgress } from "@mui/material";
import { Title, useNotify, useRedirect, useTranslate } from "react-admin";
import { useParams } from "react-router-dom";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Mailing } from "../../../api/types";
import { versioned, type Versioned } from "../../../api/resources";
import { LoadError } from "../../../common/components/LoadError";
import { useApi } from "../../../api/ApiContext";
import { draftFromMailing, toMailingChange, type Draft } from "./draft";
import { MailingForm } from "./MailingForm";
import { useDraft } from "./useDraft";

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
  const { draft, change } = useDraft(() => draftFromMailing(mailing), false);
  const [started] = useState(() => Date.parse(mailing.starts_at) <= Date.now());
  const save = useSave(found);
  return (
    <>
      <Title title={translate("mailing.form.edit", { id: mailing.id })} />
      <MailingForm
        draft={draft}
        onChange={change}
        started={started}
        confirm={translate("mailing.form.save")}
        onSubmit={save}
      />
    </>
  );
}

function useSave({ data: mailing, etag }: Versioned<Mailing>) {
  const api = useApi();
  const notify = useNotify();
  const redirect = useRedirect();
  return async (draft: Draft) => {
    const params = { path: { mailing_id: mailing.id }, header: { "if-match": etag } };
    await api.PATCH("/api/v1/mailing/{mailing_id}/", { params, body: toMailingChange(draft, mailing) });
    notify("ra.notification.updated", { type: "success", messageArgs: { smart_count: 1 } });
    redirect("show", "mailing", mailing.id);
  };
}
