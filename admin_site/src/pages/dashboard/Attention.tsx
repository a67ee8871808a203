import { Alert, Box, Skeleton, Stack, Typography } from "@mui/material";
import { useQueries } from "@tanstack/react-query";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { useFormats } from "../../i18n/formats";
import { pollInterval } from "../../common/polling";
import { Section } from "../../common/components/Section";
import { statisticsKey, readStatistics } from "../../common/queries/statistics";
import { MAILINGS_COUNTED } from "../../common/queries/useDailyFigures";
import { useApi } from "../../api/ApiContext";
import { attentionItems, type AttentionItem } from "./attentionItems";
import { useMailings } from "../../common/queries/useMailings";

const POLL_MS = 10_000;
const SHOWN = 8;

/** Problems of the latest mailings, the most urgent first. */
export function Attention() {
  const translate = useTranslate();
  const items = useAttentionItems();
  return (
    <Section title={translate("dashboard.attention")}>
      {!items && <Skeleton height={48} />}
      {items?.length === 0 && <Alert severity="success">{translate("dashboard.all_well")}</Alert>}
      <Stack spacing={1}>
        {items?.slice(0, SHOWN).map((item) => (
          <Item key={`${item.mailing.id}/${item.messageKey}`} item={item} />
        ))}
      </Stack>
    </Section>
  );
}

function Item({ item: { mailing, severity, messageKey, values } }: { item: AttentionItem }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const count = values["count"];
  return (
    <Box component={Link} to={`/mailing/${mailing.id}/show`} sx={{ textDecoration: "none" }}>
      <Alert severity={severity} role="presentation" sx={{ "& .MuiAlert-message": { minWidth: 0 } }}>
        <Typography variant="subtitle2" noWrap>
          #{mailing.id} {mailing.text}
        </Typography>
        {translate(messageKey, { ...values, ...(count !== undefined && { count: number(count) }) })}
      </Alert>
    </Box>
  );
}

function useAttentionItems(): AttentionItem[] | undefined {
  const api = useApi();
  const { data } = useMailings({ sort: "-starts_at", limit: MAILINGS_COUNTED, everyMs: POLL_MS });
  const running = data?.items.filter((mailing) => mailing.status === "running") ?? [];
  const details = useQueries({
    queries: running.map(({ id }) => ({
      queryKey: statisticsKey(id),
      queryFn: () => readStatistics(api, id),
      refetchInterval: pollInterval(POLL_MS),
    })),
  });
  const forecast = new Map(running.map(({ id }, index) => [id, details[index]?.data]));
  return data && attentionItems(data.items.map((mailing) => ({ mailing, detail: forecast.get(mailing.id) })));
}
