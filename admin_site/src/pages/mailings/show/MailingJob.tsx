import { Alert, Box, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { CancelJobButton } from "../../../common/jobs/CancelJobButton";
import { JobProgress } from "../../../common/jobs/JobProgress";
import { isOpen } from "../../../common/jobs/jobs";
import { useMailingJob } from "./useMailingJob";

/** Latest job of a mailing while it is open, or if it failed. */
export function MailingJob({ mailingId }: { mailingId: number }) {
  const translate = useTranslate();
  const { data: job } = useMailingJob(mailingId);
  if (!job || !(isOpen(job) || job.status === "failed")) return null;
  return (
    <Alert severity={isOpen(job) ? "info" : "error"} icon={false} sx={{ mt: 2, "& > .MuiAlert-message": { flex: 1 } }}>
      <Stack direction="row" spacing={2} sx={{ alignItems: "center" }}>
        <Typography variant="body2">
          {translate(`job_kind.${job.kind}`)}: {translate(`job_status.${job.status}`).toLocaleLowerCase()}
        </Typography>
        <Box sx={{ flexGrow: 1 }}>
          <JobProgress job={job} />
        </Box>
        <CancelJobButton job={job} />
      </Stack>
    </Alert>
  );
}
