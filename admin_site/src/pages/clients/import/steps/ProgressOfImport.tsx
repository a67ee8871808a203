import { Alert, Box, Button, LinearProgress, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { Metric } from "../../../../common/components/Metric";
import { useFormats } from "../../../../i18n/formats";
import { OverriddenRows, RefusedRows } from "./UnusedRows";
import type { ImportProgress } from "../progress";

/** Progress of an import: counts, and the rows that were not used. */
export function ProgressOfImport({
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
        <Metric name={translate("client.import.overridden")} value={number(progress.overriddenRows)} />
      </Box>
      {progress.refused.length > 0 && <RefusedRows refused={progress.refused} />}
      {progress.overriddenRows > 0 && <OverriddenRows overridden={progress.overridden} />}
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
