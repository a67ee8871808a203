import {
  LinearProgress,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { Title, useTranslate } from "react-admin";
import { useApi } from "../../api/ApiContext";
import { versioned } from "../../api/resources";
import type { KeptRows } from "../../api/types";
import { LoadError } from "../../common/components/LoadError";
import { Section } from "../../common/components/Section";
import { useFormats } from "../../i18n/formats";
import { lastRemoval } from "./lastRemoval";

/** What is kept for how long, and what was removed last. */
export default function Retention() {
  const translate = useTranslate();
  const { moment } = useFormats();
  const { data, error, refetch } = useRetention();
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinearProgress aria-label={translate("ra.page.loading")} sx={{ mt: 2 }} />;
  const { messageKey, at } = lastRemoval(data);
  return (
    <Stack spacing={2} sx={{ mt: 2 }}>
      <Title title="retention.title" />
      <Section title={translate("retention.title")}>
        <Typography variant="body2" color="textSecondary">
          {translate("retention.help")}
        </Typography>
        {data.items.length > 0 && <Periods items={data.items} />}
        <Typography sx={{ mt: 2 }}>{translate(messageKey, at === null ? {} : { time: moment(at) })}</Typography>
      </Section>
    </Stack>
  );
}

function Periods({ items }: { items: readonly KeptRows[] }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const period = (days: number) =>
    days === 0
      ? translate("retention.while_used")
      : translate("retention.days_count", { smart_count: days, count: number(days) });
  return (
    <TableContainer sx={{ mt: 2 }}>
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{translate("retention.subject")}</TableCell>
            <TableCell>{translate("retention.days")}</TableCell>
            <TableCell align="right">{translate("retention.removed")}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map(({ subject, days, removed }) => (
            <TableRow key={subject}>
              <TableCell component="th" scope="row">
                {translate(`retention_subject.${subject}`)}
              </TableCell>
              <TableCell>{period(days)}</TableCell>
              <TableCell align="right">{number(removed)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function useRetention() {
  const api = useApi();
  return useQuery({
    queryKey: ["retention"],
    queryFn: async () => versioned(await api.GET("/api/v1/retention/")).data,
  });
}
