import Upload from "@mui/icons-material/UploadFile";
import { Alert, Box, Button, Card, CardContent, LinearProgress, Stack, Typography } from "@mui/material";
import { useRef, useState, type DragEvent } from "react";
import { Title, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { Metric } from "../../../common/components/Metric";
import { useFormats } from "../../../i18n/formats";
import { RefusedRows } from "./RefusedRows";
import { useImport, type ImportProgress } from "./useImport";

const SAMPLE = "phone,operator_code,tags,timezone,name\n79261234567,926,vip;new,Europe/Moscow,Ann\n";

/** Import page: choose or drop a CSV file, follow its progress, see refused rows. */
export default function ClientImport() {
  const translate = useTranslate();
  const { progress, start, resume, clear } = useImport();
  const [error, setError] = useState<string>();
  const take = (file: File | undefined) => {
    if (!file) return;
    setError(undefined);
    void start(file).then(setError);
  };
  return (
    <Card sx={{ mt: 2, maxWidth: 900 }}>
      <Title title="client.import.title" />
      <CardContent>
        {error && (
          <Alert severity="error" sx={{ mb: 2 }}>
            {translate(error)}
          </Alert>
        )}
        {progress ? (
          <Progress progress={progress} onResume={() => void resume()} onAnother={clear} />
        ) : (
          <Drop onFile={take} />
        )}
      </CardContent>
    </Card>
  );
}

function Drop({ onFile }: { onFile: (file: File | undefined) => void }) {
  const translate = useTranslate();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(inside);
  };
  return (
    <>
      <Stack
        spacing={2}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={(event) => {
          drag(false)(event);
          onFile(event.dataTransfer.files[0]);
        }}
        sx={{
          alignItems: "center",
          py: 6,
          px: 2,
          border: 2,
          borderStyle: "dashed",
          borderRadius: 3,
          borderColor: over ? "primary.main" : "divider",
          bgcolor: over ? "action.hover" : undefined,
        }}
      >
        <Upload sx={{ fontSize: 48, color: "text.secondary" }} />
        <Typography>{translate("client.import.drop")}</Typography>
        <Button variant="contained" onClick={() => input.current?.click()}>
          {translate("client.import.choose")}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".csv,text/csv"
          hidden
          onChange={(event) => onFile(event.target.files?.[0])}
          aria-label={translate("client.import.choose")}
        />
      </Stack>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        {translate("client.import.help")}
      </Typography>
      <Typography variant="subtitle2" sx={{ mt: 2 }}>
        {translate("client.import.sample")}
      </Typography>
      <Box
        component="pre"
        tabIndex={0}
        sx={{ m: 0, p: 1.5, overflowX: "auto", bgcolor: "action.hover", borderRadius: 2, fontSize: 13 }}
      >
        {SAMPLE}
      </Box>
    </>
  );
}

function Progress({
  progress,
  onResume,
  onAnother,
}: {
  progress: ImportProgress;
  onResume: () => void;
  onAnother: () => void;
}) {
  const translate = useTranslate();
  const { number } = useFormats();
  const counts = { done: number(progress.done), total: number(progress.total) };
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2">
        {progress.file}
      </Typography>
      {progress.state === "running" && (
        <LinearProgress
          variant="determinate"
          value={(100 * progress.done) / progress.total}
          aria-label={translate("client.import.progress", counts)}
        />
      )}
      <Typography aria-live="polite">{translate("client.import.progress", counts)}</Typography>
      {progress.state === "done" && <Alert severity="success">{translate("client.import.done")}</Alert>}
      {progress.state === "stopped" && (
        <Alert severity="error" action={<Button onClick={onResume}>{translate("client.import.resume")}</Button>}>
          {translate("client.import.stopped", { ...counts, reason: progress.error ?? "" })}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(120px, 1fr))" }}>
        <Metric name={translate("client.import.created")} value={number(progress.created)} />
        <Metric name={translate("client.import.updated")} value={number(progress.updated)} />
        <Metric
          name={translate("client.import.refused")}
          value={number(progress.refused.length)}
          bad={progress.refused.length > 0}
        />
      </Box>
      {progress.refused.length > 0 && <RefusedRows refused={progress.refused} />}
      {progress.state !== "running" && (
        <Stack direction="row" spacing={1}>
          <Button variant="contained" component={Link} to="/client">
            {translate("client.import.to_clients")}
          </Button>
          <Button onClick={onAnother}>{translate("client.import.another")}</Button>
        </Stack>
      )}
    </Stack>
  );
}
