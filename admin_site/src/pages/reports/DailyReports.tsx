import { Alert, Button, MenuItem, Skeleton, Stack, TextField } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslate } from "react-admin";
import type { ReportText } from "../../api/types";
import { LoadError } from "../../common/components/LoadError";
import { useFormats } from "../../i18n/formats";
import { Section } from "../../common/components/Section";
import { download } from "../../common/files/download";
import { useApi } from "../../api/ApiContext";
import { renderMail } from "./mail";

const DAYS_OFFERED = 100;

/** Daily reports as they were mailed. */
export function DailyReports() {
  const translate = useTranslate();
  const { data, error, refetch } = useReports();
  const [chosen, setChosen] = useState<string>();
  const day = chosen ?? data?.[0]?.day;
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  return (
    <Section title={translate("report.mailed")}>
      {!data && <Skeleton variant="rounded" height={400} />}
      {data?.length === 0 && translate("report.none_mailed")}
      {data && day && (
        <Stack spacing={2}>
          <DaySelect days={data.map((each) => each.day)} day={day} onChoose={setChosen} />
          <MailedReport key={day} day={day} />
        </Stack>
      )}
    </Section>
  );
}

function DaySelect({ days, day, onChoose }: { days: readonly string[]; day: string; onChoose: (day: string) => void }) {
  const translate = useTranslate();
  const { date } = useFormats();
  return (
    <TextField
      select
      size="small"
      label={translate("report.day")}
      value={day}
      onChange={(event) => onChoose(event.target.value)}
      sx={{ width: 240 }}
    >
      {days.map((each) => (
        <MenuItem key={each} value={each}>
          {date(each, "UTC")}
        </MenuItem>
      ))}
    </TextField>
  );
}

function MailedReport({ day }: { day: string }) {
  const translate = useTranslate();
  const { data, error, refetch } = useReport(day);
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton variant="rounded" height={400} />;
  const { html, text } = data;
  if (html === null) return <Alert severity="info">{translate("report.not_kept")}</Alert>;
  return (
    <>
      <MailFrame title={data.subject ?? day} html={html} />
      <Stack direction="row" spacing={1}>
        <Button size="small" onClick={() => download(`report-${day}.html`, "text/html", [html])}>
          {translate("report.save_html")}
        </Button>
        <Button size="small" onClick={() => download(`report-${day}.txt`, "text/plain;charset=utf-8", [text ?? ""])}>
          {translate("report.save_text")}
        </Button>
      </Stack>
    </>
  );
}

/** Mail in a sandboxed frame, without scripts and without the page's styles. */
function MailFrame({ title, html }: { title: string; html: string }) {
  const show = useCallback(
    (frame: HTMLIFrameElement | null) => {
      if (!frame?.contentDocument) return;
      renderMail(frame.contentDocument, html);
      frame.height = `${frame.contentDocument.documentElement.scrollHeight + 8}`;
    },
    [html],
  );
  return (
    <iframe
      ref={show}
      title={title}
      sandbox="allow-same-origin allow-popups"
      width="100%"
      height={120}
      style={{ border: 0 }}
    />
  );
}

function useReports() {
  const api = useApi();
  return useQuery({
    queryKey: ["reports"],
    queryFn: async () => {
      const { data } = await api.GET("/api/v1/report/", { params: { query: { limit: DAYS_OFFERED } } });
      return data?.items ?? [];
    },
  });
}

function useReport(day: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["report", day],
    queryFn: async (): Promise<ReportText | null> => {
      const { data } = await api.GET("/api/v1/report/{day}/", { params: { path: { day } } });
      return data ?? null;
    },
  });
}
