import { Alert, Divider, List, ListItem, ListItemText, Skeleton, Stack, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { versioned } from "../../api/resources";
import { useFormats } from "../../i18n/formats";
import { usePhrases } from "../../i18n/phrases";
import { pollInterval } from "../../common/polling";
import { Section } from "../../common/components/Section";
import { useApi } from "../../api/ApiContext";
import type { ProviderHealth as Provider } from "../../api/types";
import { ResetProviderButton } from "./ResetProviderButton";

const POLL_MS = 10_000;
const SHOWN = 5;

/** Health of the providers, and dead letters of the queue. */
export function ProviderHealth() {
  const translate = useTranslate();
  return (
    <Section title={translate("dashboard.provider")}>
      <Stack spacing={1}>
        <Providers />
        <DeadLetters />
      </Stack>
    </Section>
  );
}

function Providers() {
  const { data } = useProviders();
  if (!data) return <Skeleton height={48} />;
  return (
    <Stack spacing={1} divider={<Divider />}>
      {data.items.map((provider) => (
        <Stack key={provider.name} spacing={1}>
          <Health provider={provider} label={data.items.length > 1 ? provider.name : (provider.address ?? provider.name)} />
        </Stack>
      ))}
    </Stack>
  );
}

function Health({ provider, label }: { provider: Provider; label: string }) {
  const translate = useTranslate();
  const { time, rate, short } = useFormats();
  const { reason } = usePhrases();
  const [last] = provider.incidents;
  return (
    <>
      {provider.breaker === "closed" ? (
        <Alert severity="success">{translate("dashboard.provider_works")}</Alert>
      ) : (
        <Alert severity="error">
          {translate("dashboard.provider_down", { time: provider.probe_at ? time(provider.probe_at) : "…" })}
          <Typography variant="body2">
            {reason({ code: provider.code, params: provider.params, text: provider.reason ?? "" })}
          </Typography>
        </Alert>
      )}
      {provider.rate_limit !== null && (
        <Alert severity="warning">{translate("dashboard.provider_slowed", { rate: rate(provider.rate_limit) })}</Alert>
      )}
      {provider.hold_until !== null && (
        <Alert severity="warning">{translate("dashboard.provider_paused", { time: time(provider.hold_until) })}</Alert>
      )}
      <Typography variant="body2" color="textSecondary">
        {label}
      </Typography>
      <ResetProviderButton health={provider} />
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

function useProviders() {
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
