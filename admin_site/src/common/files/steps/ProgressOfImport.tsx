import { Alert, Box, Button, LinearProgress, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { Metric } from "../../components/Metric";
import { useFormats } from "../../../i18n/formats";
import { OverriddenRows, RefusedRows } from "./UnusedRows";
import type { ImportProgress } from "../progress";

interface Props {
  progress: ImportProgress;
  /** Page that lists what was imported, and the key of its link's words. */
  list: { to: string; label: string };
  onResume: () => void;
  onAnother: () => void;
}

/** Progress of an import: counts, and the rows that were not used. */
export function ProgressOfImport({ progress, list, onResume, onAnother }: Props) {
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
          aria-label={translate("file.progress", counts)}
        />
      )}
      <Typography aria-live="polite">{translate("file.progress", counts)}</Typography>
      {progress.state === "done" && <Alert severity="success">{translate("file.done")}</Alert>}
      {progress.state === "stopped" && (
        <Alert severity="error" action={<Button onClick={onResume}>{translate("file.resume")}</Button>}>
          {translate("file.stopped", { ...counts, reason: progress.error ?? "" })}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(120px, 1fr))" }}>
        <Metric name={translate("file.created")} value={number(progress.created)} />
        <Metric name={translate("file.updated")} value={number(progress.updated)} />
        <Metric
          name={translate("file.refused")}
          value={number(progress.refused.length)}
          bad={progress.refused.length > 0}
        />
        {progress.overriddenRows > 0 && (
          <Metric name={translate("file.overridden")} value={number(progress.overriddenRows)} />
        )}
      </Box>
      {progress.refused.length > 0 && <RefusedRows refused={progress.refused} />}
      {progress.overriddenRows > 0 && <OverriddenRows overridden={progress.overridden} />}
      {progress.state !== "running" && (
        <Stack direction="row" spacing={1}>
          <Button variant="contained" component={Link} to={list.to}>
            {translate(list.label)}
          </Button>
          <Button onClick={onAnother}>{translate("file.another")}</Button>
        </Stack>
      )}
    </Stack>
  );
}
