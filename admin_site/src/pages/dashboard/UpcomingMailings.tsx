import { Link as TextLink, Skeleton, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import { useFormats } from "../../i18n/formats";
import { Section } from "../../common/components/Section";
import { Countdown } from "../../common/mailings/Countdown";
import { useMailings } from "../../common/queries/useMailings";

const POLL_MS = 10_000;
const SHOWN = 5;

/** Mailings that start next. */
export function UpcomingMailings() {
  const translate = useTranslate();
  const { short } = useFormats();
  const { data } = useMailings({ status: "scheduled", sort: "starts_at", limit: SHOWN, everyMs: POLL_MS });
  return (
    <Section title={translate("dashboard.upcoming")}>
      {!data && <Skeleton height={32} />}
      {data?.items.length === 0 && <Typography color="textSecondary">{translate("dashboard.no_upcoming")}</Typography>}
      <Stack spacing={1}>
        {data?.items.map((mailing) => (
          <Stack
            key={mailing.id}
            direction="row"
            useFlexGap
            sx={{ justifyContent: "space-between", flexWrap: "wrap", columnGap: 2 }}
          >
            <TextLink component={Link} to={`/mailing/${mailing.id}/show`} noWrap>
              #{mailing.id} {mailing.text}
            </TextLink>
            <Typography variant="body2">
              {short(mailing.starts_at)} <Countdown mailing={mailing} />
            </Typography>
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}
