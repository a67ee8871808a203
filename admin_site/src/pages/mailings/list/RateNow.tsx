import { Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Mailing } from "../../../api/types";
import { useFormats } from "../../../i18n/formats";
import { useStatistics } from "../../../common/queries/statistics";

const POLL_MS = 5000;

/** Current rate and rate limit of a mailing. */
export function RateNow({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { rate } = useFormats();
  const running = mailing.status === "running";
  const { data } = useStatistics(mailing.id, { everyMs: POLL_MS, enabled: running });
  const limit =
    mailing.max_rate === null
      ? translate("mailing.no_limit")
      : translate("mailing.rate_limit", { rate: rate(mailing.max_rate) });
  return (
    <Stack sx={{ whiteSpace: "nowrap" }}>
      {running && data && <span>{translate("mailing.rate_now", { rate: rate(data.rate_per_second) })}</span>}
      <Typography variant="caption" color="textSecondary">
        {limit}
      </Typography>
    </Stack>
  );
}
