import { Alert, Box, Button, Checkbox, FormControlLabel, LinearProgress, Stack, Typography } from "@mui/material";
import { useState } from "react";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { Import } from "../../../../api/types";
import { Metric } from "../../../../common/components/Metric";
import { useFormats } from "../../../../i18n/formats";
import { usePhrases } from "../../../../i18n/phrases";
import { CountryChoice } from "../steps/CountryChoice";
import { percentOf, share, stepOf, type Step } from "./progress";
import { RefusedFile } from "./RefusedFile";
import { useUpload } from "./useUpload";

/** Import of a file that the service reads: upload, progress, counts, and the rows that were not stored. */
export function UploadImport({ file, onAnother }: { file: File; onAnother: () => void }) {
  const translate = useTranslate();
  const { megabytes } = useFormats();
  const { start, isSending, sentBytes, error, found } = useUpload(file);
  const [country, setCountry] = useState<string>();
  const [dryRun, setDryRun] = useState(false);
  const isIdle = !isSending && !found;
  const step = found && stepOf(found);
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2">
        {file.name} ({megabytes(file.size)})
      </Typography>
      {error && <Alert severity="error">{translate("client.upload.failed", { reason: error })}</Alert>}
      {isIdle && (
        <>
          <Typography>{translate("client.upload.help")}</Typography>
          <CountryChoice country={country} onChange={setCountry} />
          <FormControlLabel
            control={<Checkbox checked={dryRun} onChange={(_, checked) => setDryRun(checked)} />}
            label={translate("client.upload.dry_run")}
          />
        </>
      )}
      {isSending && <StepBar step="upload" percent={share(sentBytes, file.size)} />}
      {found && step && <StepBar step={step} percent={percentOf(found)} />}
      {found && <Counts found={found} />}
      {!isSending && !step && (
        <Stack direction="row" spacing={1}>
          {isIdle ? (
            <Button variant="contained" onClick={() => start({ country, dry_run: dryRun })}>
              {translate("client.upload.start")}
            </Button>
          ) : (
            <Button variant="contained" component={Link} to="/client">
              {translate("client.import.to_clients")}
            </Button>
          )}
          <Button onClick={onAnother}>{translate("file.another")}</Button>
        </Stack>
      )}
    </Stack>
  );
}

function StepBar({ step, percent }: { step: Step; percent: number }) {
  const translate = useTranslate();
  const label = translate(`client.upload.step.${step}`);
  return (
    <Box>
      <LinearProgress variant="determinate" value={percent} aria-label={label} />
      <Typography aria-live="polite">{label}</Typography>
    </Box>
  );
}

function Counts({ found }: { found: Import }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const { problem } = usePhrases();
  const unused = found.refused + found.skipped;
  return (
    <>
      {found.status === "finished" && (
        <Alert severity="success">{translate(found.dry_run ? "client.upload.tried" : "file.done")}</Alert>
      )}
      {found.status === "cancelled" && <Alert severity="warning">{translate("client.upload.cancelled")}</Alert>}
      {found.error !== null && (
        <Alert severity="error">
          {problem({ code: found.error_code, params: found.error_params, text: found.error })}
        </Alert>
      )}
      <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "repeat(auto-fit, minmax(120px, 1fr))" }}>
        <Metric name={translate("client.upload.rows")} value={number(found.rows)} />
        <Metric name={translate("file.created")} value={number(found.created)} />
        <Metric name={translate("file.updated")} value={number(found.updated)} />
        <Metric name={translate("file.refused")} value={number(found.refused)} bad={found.refused > 0} />
        <Metric name={translate("file.overridden")} value={number(found.skipped)} />
      </Box>
      {unused > 0 && <RefusedFile importId={found.id} />}
    </>
  );
}
