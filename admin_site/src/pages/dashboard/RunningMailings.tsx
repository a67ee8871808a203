import { Box, Link as TextLink, Skeleton, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { Mailing } from "../../api/types";
import { LoadError } from "../../common/components/LoadError";
import { useFormats } from "../../i18n/formats";
import { Section } from "../../common/components/Section";
import { Countdown } from "../../common/mailings/Countdown";
import { MailingProgress } from "../../common/mailings/MailingProgress";
import { useStatistics } from "../../common/queries/statistics";
import { useMailings } from "../../common/queries/useMailings";

const POLL_MS = 2000;
const DETAIL_MS = 6000;
const SHOWN = 10;

/** Running mailings with their progress. */
export function RunningMailings() {
  const translate = useTranslate();
  const { data, error, refetch } = useMailings({ status: "running", sort: "-id", limit: SHOWN, everyMs: POLL_MS });
  return (
    <Section title={translate("dashboard.running")}>
      {error && !data && <LoadError error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={72} />}
      {data?.items.length === 0 && <Typography color="textSecondary">{translate("dashboard.no_running")}</Typography>}
      <Stack spacing={2}>
        {data?.items.map((mailing) => (
          <RunningMailing key={mailing.id} mailing={mailing} />
        ))}
      </Stack>
    </Section>
  );
}

function RunningMailing({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { rate, short } = useFormats();
  const { data: detail } = useStatistics(mailing.id, { everyMs: DETAIL_MS });
  const finish = detail?.forecast.finishes_at;
  return (
    <Box>
      <Stack direction="row" spacing={2} sx={{ justifyContent: "space-between", mb: 0.5 }}>
        <TextLink component={Link} to={`/mailing/${mailing.id}/show`} noWrap>
          #{mailing.id} {mailing.text}
        </TextLink>
        <Countdown mailing={mailing} />
      </Stack>
      <MailingProgress mailing={mailing} />
      {detail && (
        <Typography variant="caption" color="textSecondary">
          {translate("mailing.rate_now", { rate: rate(detail.rate_per_second) })}
          {finish && `, ${translate("mailing.show.forecast").toLowerCase()} ${short(finish)}`}
        </Typography>
      )}
    </Box>
  );
}
