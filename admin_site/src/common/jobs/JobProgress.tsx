import { Box, LinearProgress, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Job } from "../../api/types";
import { useFormats } from "../../i18n/formats";
import { usePhrases } from "../../i18n/phrases";
import { isOpen, percentDone } from "./jobs";

/** Progress of a job: a bar while it is open, the numbers of items, and why it failed. */
export function JobProgress({ job }: { job: Job }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const { problem } = usePhrases();
  const percent = percentDone(job);
  const done = number(job.done);
  return (
    <Box sx={{ minWidth: 120 }}>
      {isOpen(job) && (
        <LinearProgress
          variant={percent === undefined ? "indeterminate" : "determinate"}
          {...(percent !== undefined && { value: percent })}
          aria-label={translate(`job_kind.${job.kind}`)}
        />
      )}
      <Typography variant="caption" color="textSecondary" sx={{ fontVariantNumeric: "tabular-nums" }}>
        {job.total === null ? done : translate("job.of", { done, total: number(job.total) })}
      </Typography>
      {job.error !== null && (
        <Typography variant="caption" color="error" component="p">
          {problem({ code: job.error_code, params: job.error_params, text: job.error })}
        </Typography>
      )}
    </Box>
  );
}
