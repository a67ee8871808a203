import { Alert, List, ListItem, ListItemText, Skeleton, Stack, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { versioned } from "../../api/resources";
import { useFormats } from "../../i18n/formats";
import { usePhrases } from "../../i18n/phrases";
import { pollInterval } from "../../common/polling";
import { Section } from "../../common/components/Section";
import { useApi } from "../../api/ApiContext";
import { ResetProviderButton } from "./ResetProviderButton";

const POLL_MS = 10_000;
const SHOWN = 5;

/** Provider health, and dead letters of the queue. */
export function ProviderHealth() {
  const translate = useTranslate();
  return (
    <Section title={translate("dashboard.provider")}>
      <Stack spacing={1}>
        <Health />
        <DeadLetters />
      </Stack>
    </Section>
  );
}

function Health() {
  const translate = useTranslate();
  const { time, rate, short } = useFormats();
  const { reason } = usePhrases();
  const { data } = useHealth();
  if (!data) return <Skeleton height={48} />;
  const [last] = data.incidents;
  return (
    <>
      {data.breaker === "closed" ? (
        <Alert severity="success">{translate("dashboard.provider_works")}</Alert>
      ) : (
        <Alert severity="error">
          {translate("dashboard.provider_down", { time: data.probe_at ? time(data.probe_at) : "…" })}
          <Typography variant="body2">
            {reason({ code: data.code, params: data.params, text: data.reason ?? "" })}
          </Typography>
        </Alert>
      )}
      {data.rate_limit !== null && (
        <Alert severity="warning">{translate("dashboard.provider_slowed", { rate: rate(data.rate_limit) })}</Alert>
      )}
      {data.hold_until !== null && (
        <Alert severity="warning">{translate("dashboard.provider_paused", { time: time(data.hold_until) })}</Alert>
      )}
      <Typography variant="body2" color="textSecondary">
        {data.address ?? data.name}
      </Typography>
      <ResetProviderButton health={data} />
      {last?.closed_at && (
        <Typography variant="body2" color="textSecondary">
          {translate("dashboard.last_incident", { from: short(last.opened_at), to: short(last.closed_at) })}
        </Typography>
      )}
    </>
  );
}

function DeadLetters() {
  const translate = useTranslate();
  const { short } = useFormats();
  const { reason } = usePhrases();
  const { data } = useDeadLetters();
  if (!data?.items.length) return null;
  return (
    <>
      <Typography variant="subtitle2" component="h3">
        {translate("dashboard.dead_letters")}
      </Typography>
      <List dense disablePadding>
        {data.items.map((letter) => (
          <ListItem key={letter.id} disableGutters>
            <ListItemText
              primary={
                letter.mailing_id === null ? (
                  letter.body
                ) : (
                  <Link to={`/mailing/${letter.mailing_id}/show`}>#{letter.mailing_id}</Link>
                )
              }
              secondary={`${short(letter.at)}: ${reason({ code: letter.code, params: letter.params, text: letter.reason })}`}
            />
          </ListItem>
        ))}
      </List>
    </>
  );
}

function useHealth() {
  const api = useApi();
  return useQuery({
    queryKey: ["provider"],
    queryFn: async () => versioned(await api.GET("/api/v1/provider/", {})).data,
    refetchInterval: pollInterval(POLL_MS),
    refetchIntervalInBackground: true,
  });
}

function useDeadLetters() {
  const api = useApi();
  return useQuery({
    queryKey: ["dead-letters"],
    queryFn: async () => versioned(await api.GET("/api/v1/dead-letter/", { params: { query: { limit: SHOWN } } })).data,
    refetchInterval: pollInterval(POLL_MS),
    refetchIntervalInBackground: true,
  });
}
