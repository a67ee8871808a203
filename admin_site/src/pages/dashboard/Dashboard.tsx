import { Box, Card, CardContent, Stack, Typography } from "@mui/material";
import { CreateButton, Title, useTranslate } from "react-admin";
import { useQuery } from "@tanstack/react-query";
import { versioned } from "../../api/resources";
import { Metric } from "../../common/components/Metric";
import { useFormats } from "../../i18n/formats";
import { pollInterval } from "../../common/polling";
import { openCount } from "../../common/statuses";
import { useApi } from "../../api/ApiContext";
import { Attention } from "./Attention";
import { ProviderHealth } from "./ProviderHealth";
import { RunningMailings } from "./RunningMailings";
import { Today } from "./Today";
import { UpcomingMailings } from "./UpcomingMailings";

const POLL_MS = 5000;

/** Dashboard: totals, running and upcoming mailings, problems, provider, today's figures. */
export default function Dashboard() {
  return (
    <Stack spacing={2} sx={{ mt: 2 }}>
      <Title title="ra.page.dashboard" />
      <Totals />
      <Box
        sx={{
          display: "grid",
          gap: 2,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 3fr) minmax(0, 2fr)" },
        }}
      >
        <Stack spacing={2} sx={{ minWidth: 0 }}>
          <RunningMailings />
          <UpcomingMailings />
        </Stack>
        <Stack spacing={2} sx={{ minWidth: 0 }}>
          <Attention />
          <ProviderHealth />
          <Today />
        </Stack>
      </Box>
    </Stack>
  );
}

function Totals() {
  const translate = useTranslate();
  const { number } = useFormats();
  const { data } = useTotals();
  const shown = (value: number | undefined) => (value === undefined ? "…" : number(value));
  return (
    <Card>
      <CardContent sx={{ display: "flex", gap: 3, flexWrap: "wrap", alignItems: "center" }}>
        <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: "repeat(auto-fit, minmax(120px, 1fr))", flexGrow: 1 }}>
          <Metric name={translate("dashboard.total_mailings")} value={shown(data?.mailings.total)} />
          <Metric name={translate("status.running")} value={shown(data?.mailings.running)} />
          <Metric name={translate("dashboard.total_sent")} value={shown(data?.messages.sent)} />
          <Metric name={translate("dashboard.total_open")} value={shown(data && openCount(data.messages))} />
        </Box>
        <Typography component="div">
          <CreateButton resource="mailing" variant="contained" label="dashboard.new" />
        </Typography>
      </CardContent>
    </Card>
  );
}

function useTotals() {
  const api = useApi();
  return useQuery({
    queryKey: ["totals"],
    queryFn: async () => versioned(await api.GET("/api/v1/statistic/", { params: { query: { limit: 1 } } })).data,
    refetchInterval: pollInterval(POLL_MS),
    refetchIntervalInBackground: true,
  });
}
