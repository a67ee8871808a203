import { Alert, Box, Card, CardContent, LinearProgress, Stack, Tab, Tabs, Typography } from "@mui/material";
import { lazy, Suspense } from "react";
import { Title, useTranslate } from "react-admin";
import { useParams, useSearchParams } from "react-router-dom";
import type { MailingStatistics, Mailing } from "../../../api/types";
import { LoadError } from "../../../common/components/LoadError";
import { useFormats } from "../../../i18n/formats";
import { MailingStatusChip } from "../../../common/mailings/MailingStatusChip";
import { MailingDetails } from "./overview/MailingDetails";
import { MailingActions } from "./MailingActions";
import { MailingJob } from "./MailingJob";
import { StatusCounts } from "./StatusCounts";
import { FailureReasons } from "../../../common/mailings/FailureReasons";
import { DeliveryMetrics } from "./overview/DeliveryMetrics";
import { OperatorCodes } from "./overview/OperatorCodes";
import { TimezoneProgress } from "./overview/TimezoneProgress";
import { MessageList } from "./MessageList";
import { Section } from "../../../common/components/Section";
import { useMailing } from "./useMailing";
import { Countdown } from "../../../common/mailings/Countdown";
import { useStatistics } from "../../../common/queries/statistics";

// The chart library is the largest part of the page, so it loads last.
const HourChart = lazy(() => import("./overview/HourChart"));

const RATE_POLL_MS = 5000;

/** Page of one mailing, kept up to date. */
export default function MailingShow() {
  const id = Number(useParams()["id"]);
  const translate = useTranslate();
  const { data, error, refetch } = useMailing(id);
  const running = data?.data.status === "running";
  const detail = useStatistics(id, {
    version: data?.etag ?? null,
    everyMs: running ? RATE_POLL_MS : undefined,
    enabled: !!data,
  });
  if (!data)
    return error ? <LoadError error={error} onRetry={() => void refetch()} /> : <LinearProgress sx={{ mt: 2 }} />;
  const mailing = data.data;
  return (
    <Stack spacing={2} sx={{ mt: 2 }}>
      <Title title={translate("mailing.show.title", { id })} />
      <Header mailing={mailing} />
      <PageTabs mailing={mailing} detail={detail.data} />
    </Stack>
  );
}

function Header({ mailing }: { mailing: Mailing }) {
  return (
    <Card>
      <CardContent>
        <Stack direction="row" spacing={2} useFlexGap sx={{ alignItems: "center", flexWrap: "wrap", mb: 2 }}>
          <MailingStatusChip status={mailing.status} />
          <Countdown mailing={mailing} />
          <Box sx={{ flexGrow: 1 }} />
          <MailingActions mailing={mailing} />
        </Stack>
        <StatusCounts mailing={mailing} />
        <MailingJob mailingId={mailing.id} />
      </CardContent>
    </Card>
  );
}

/** Tabs "Overview" and "Messages"; the address holds the tab and the message filter. */
function PageTabs({ mailing, detail }: { mailing: Mailing; detail: MailingStatistics | undefined }) {
  const translate = useTranslate();
  const [query, setQuery] = useSearchParams();
  const tab = query.has("messages") ? "messages" : "overview";
  return (
    <>
      <Tabs value={tab} onChange={(_, chosen: string) => setQuery(chosen === "messages" ? { messages: "" } : {})}>
        <Tab value="overview" label={translate("mailing.show.overview")} />
        <Tab value="messages" label={translate("mailing.show.messages")} />
      </Tabs>
      {tab === "messages" ? <MessageList mailing={mailing} /> : <Overview mailing={mailing} detail={detail} />}
    </>
  );
}

function Overview({ mailing, detail }: { mailing: Mailing; detail: MailingStatistics | undefined }) {
  const translate = useTranslate();
  return (
    <Box
      sx={{
        display: "grid",
        gap: 2,
        gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 3fr) minmax(0, 2fr)" },
      }}
    >
      <Stack spacing={2} sx={{ minWidth: 0 }}>
        {detail && <ForecastWarning detail={detail} />}
        {detail && <DeliveryMetrics mailing={mailing} detail={detail} />}
        <Section title={translate("mailing.show.by_hour")}>
          {detail && detail.by_hour.length > 0 ? (
            <Suspense fallback={<Box sx={{ height: 260 }} />}>
              <HourChart hours={detail.by_hour} />
            </Suspense>
          ) : (
            <Typography color="textSecondary">{translate("mailing.show.no_hours")}</Typography>
          )}
        </Section>
        {detail && detail.by_timezone.length > 0 && (
          <Section title={translate("mailing.show.by_zone")}>
            <TimezoneProgress mailing={mailing} zones={detail.by_timezone} />
          </Section>
        )}
      </Stack>
      <Stack spacing={2} sx={{ minWidth: 0 }}>
        <MailingDetails mailing={mailing} />
        {detail && <FailureReasons errors={detail.errors} />}
        {detail && detail.by_operator_code.length > 0 && (
          <Section title={translate("mailing.show.by_code")}>
            <OperatorCodes groups={detail.by_operator_code} />
          </Section>
        )}
      </Stack>
    </Box>
  );
}

function ForecastWarning({ detail }: { detail: MailingStatistics }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const { will_miss_end: count, rate_needed: rate } = detail.forecast;
  if (count === 0) return null;
  const messageKey = rate === null ? "mailing.show.will_miss_plain" : "mailing.show.will_miss";
  return <Alert severity="warning">{translate(messageKey, { count: number(count), rate })}</Alert>;
}
