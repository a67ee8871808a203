import { Alert, Box, Skeleton, Stack, Typography } from "@mui/material";
import { useQueries } from "@tanstack/react-query";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { useFormats } from "../../i18n/formats";
import { pollEvery } from "../../common/live";
import { Section } from "../../common/components/Section";
import { detailKey, readDetail } from "../../common/queries/statistics";
import { MAILINGS_COUNTED } from "../../common/queries/useDays";
import { useApi } from "../../api/ApiContext";
import { mattersOf, type Matter } from "./matters";
import { useMailings } from "../../common/queries/useMailings";

const POLL_MS = 10_000;
const SHOWN = 8;

/** What somebody should look at among the latest mailings, the most urgent first. */
export function Attention() {
  const translate = useTranslate();
  const matters = useMatters();
  return (
    <Section title={translate("dashboard.attention")}>
      {!matters && <Skeleton height={48} />}
      {matters?.length === 0 && <Alert severity="success">{translate("dashboard.all_well")}</Alert>}
      <Stack spacing={1}>
        {matters?.slice(0, SHOWN).map((matter) => (
          <Item key={`${matter.mailing.id}/${matter.words}`} matter={matter} />
        ))}
      </Stack>
    </Section>
  );
}

function Item({ matter: { mailing, severity, words, values } }: { matter: Matter }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const count = values["count"];
  return (
    <Box component={Link} to={`/mailing/${mailing.id}/show`} sx={{ textDecoration: "none" }}>
      <Alert severity={severity} role="presentation" sx={{ "& .MuiAlert-message": { minWidth: 0 } }}>
        <Typography variant="subtitle2" noWrap>
          #{mailing.id} {mailing.text}
        </Typography>
        {translate(words, { ...values, ...(count !== undefined && { count: number(count) }) })}
      </Alert>
    </Box>
  );
}

function useMatters(): Matter[] | undefined {
  const api = useApi();
  const { data } = useMailings({ sort: "-starts_at", limit: MAILINGS_COUNTED, everyMs: POLL_MS });
  const running = data?.items.filter((mailing) => mailing.status === "running") ?? [];
  const details = useQueries({
    queries: running.map(({ id }) => ({
      queryKey: detailKey(id),
      queryFn: () => readDetail(api, id),
      refetchInterval: pollEvery(POLL_MS),
    })),
  });
  const forecast = new Map(running.map(({ id }, index) => [id, details[index]?.data]));
  return data && mattersOf(data.items.map((mailing) => ({ mailing, detail: forecast.get(mailing.id) })));
}
