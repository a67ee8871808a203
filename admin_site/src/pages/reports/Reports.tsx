import {
  Box,
  LinearProgress,
  Link as TextLink,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from "@mui/material";
import { lazy, Suspense, useMemo, useState, type ReactNode } from "react";
import { Title, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { LoadError } from "../../common/components/LoadError";
import { useFormats } from "../../i18n/formats";
import { Section } from "../../common/components/Section";
import { ENDED_STATUSES, endedCount } from "../../common/statuses";
import { FailureReasons } from "../../common/mailings/FailureReasons";
import {
  midnightDaysAgo,
  endedSince,
  mergeFailureReasons,
  type DailyFigures,
  type EndedCounts,
} from "../../common/queries/dailyFigures";
import { DailyReports } from "./DailyReports";
import { MAILINGS_COUNTED, useDailyFigures, type MailingWithStatistics } from "../../common/queries/useDailyFigures";

const DayChart = lazy(() => import("./DayChart"));

const SPANS = [1, 7, 30, 90];
const ERRORS_SHOWN = 10;

/** Reports: ended messages by day and by mailing, and the mailed daily reports. */
export default function Reports() {
  const translate = useTranslate();
  const [span, setSpan] = useState(7);
  const since = useMemo(() => midnightDaysAgo(span - 1, new Date()), [span]);
  const { days, mailings, partial, error, retry } = useDailyFigures(since);
  return (
    <Stack spacing={2} sx={{ mt: 2 }}>
      <Title title="report.title" />
      <ToggleButtonGroup
        exclusive
        size="small"
        color="primary"
        value={span}
        onChange={(_, chosen: number | null) => setSpan(chosen ?? span)}
        sx={{ flexWrap: "wrap" }}
      >
        {SPANS.map((each) => (
          <ToggleButton key={each} value={each}>
            {each === 1 ? translate("dashboard.today") : translate("report.last_days", { smart_count: each })}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Typography variant="body2" color="textSecondary">
        {translate("report.help")} {partial && translate("report.partial", { smart_count: MAILINGS_COUNTED })}
      </Typography>
      {error && <LoadError error={error} onRetry={retry} />}
      {days ? (
        <EndedMessages days={days} mailings={mailings} since={since} />
      ) : (
        !error && <LinearProgress aria-label={translate("ra.page.loading")} />
      )}
      <DailyReports />
    </Stack>
  );
}

function EndedMessages({
  days,
  mailings,
  since,
}: {
  days: DailyFigures;
  mailings: MailingWithStatistics[];
  since: Date;
}) {
  const translate = useTranslate();
  const { day } = useFormats();
  if (days.size === 0) return <Typography>{translate("report.none")}</Typography>;
  const ended = mailings
    .map((each) => ({ ...each, ended: endedSince(each.detail, since) }))
    .filter((each) => endedCount(each.ended) > 0);
  return (
    <>
      <Section title={translate("report.by_day")}>
        <Suspense fallback={<Box sx={{ height: 280 }} />}>
          <DayChart days={days} />
        </Suspense>
        <EndedTable
          name={translate("report.day")}
          rows={[...days].reverse().map(([at, each]) => ({ key: at, label: day(new Date(at)), ended: each }))}
        />
      </Section>
      <Section title={translate("report.by_mailing")}>
        <EndedTable
          name={translate("resources.mailing.name", { smart_count: 1 })}
          rows={ended.map((each) => ({ key: each.mailing.id, label: <ToMailing {...each} />, ended: each.ended }))}
        />
      </Section>
      <FailureReasons
        errors={mergeFailureReasons(
          mailings.map(({ detail }) => detail),
          ERRORS_SHOWN,
        )}
      />
    </>
  );
}

function ToMailing({ mailing }: MailingWithStatistics) {
  return (
    <TextLink
      component={Link}
      to={`/mailing/${mailing.id}/show`}
      sx={{
        display: "block",
        maxWidth: { xs: 200, xl: 360 },
        overflow: "hidden",
        textOverflow: "ellipsis",
        whiteSpace: "nowrap",
      }}
    >
      #{mailing.id} {mailing.text}
    </TextLink>
  );
}

interface Row {
  key: number;
  label: ReactNode;
  ended: EndedCounts;
}

function EndedTable({ name, rows }: { name: string; rows: readonly Row[] }) {
  const translate = useTranslate();
  const { number } = useFormats();
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{name}</TableCell>
            {ENDED_STATUSES.map((status) => (
              <TableCell key={status} align="right">
                {translate(`message_status.${status}`)}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ key, label, ended }) => (
            <TableRow key={key}>
              <TableCell component="th" scope="row">
                {label}
              </TableCell>
              {ENDED_STATUSES.map((status) => (
                <TableCell key={status} align="right" sx={{ fontVariantNumeric: "tabular-nums" }}>
                  {number(ended[status])}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
