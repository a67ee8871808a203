import { Box, Card, CardContent, Stack, Typography } from "@mui/material";
import { CreateButton, Title, useTranslate } from "react-admin";
import { useQuery } from "@tanstack/react-query";
import { known } from "../../api/resources";
import { Figure } from "../../common/components/Figure";
import { useFormats } from "../../i18n/formats";
import { pollEvery } from "../../common/live";
import { open } from "../../common/statuses";
import { useApi } from "../../api/ApiContext";
import { Attention } from "./Attention";
import { Provider } from "./Provider";
import { Running } from "./Running";
import { Today } from "./Today";
import { Upcoming } from "./Upcoming";

const POLL_MS = 5000;

/** What goes on, what is next, and what needs somebody. */
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
          <Running />
          <Upcoming />
        </Stack>
        <Stack spacing={2} sx={{ minWidth: 0 }}>
          <Attention />
          <Provider />
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
          <Figure name={translate("dashboard.total_mailings")} value={shown(data?.mailings.total)} />
          <Figure name={translate("status.running")} value={shown(data?.mailings.running)} />
          <Figure name={translate("dashboard.total_sent")} value={shown(data?.messages.sent)} />
          <Figure name={translate("dashboard.total_open")} value={shown(data && open(data.messages))} />
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
    queryFn: async () => known(await api.GET("/api/v1/statistic/", { params: { query: { limit: 1 } } })).data,
    refetchInterval: pollEvery(POLL_MS),
    refetchIntervalInBackground: true,
  });
}
