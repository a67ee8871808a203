import { Box, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Mailing } from "../../../../api/types";
import { useFormats } from "../../../../i18n/formats";
import { codeLabel } from "../../../../common/operatorCodes";
import { Section } from "../../../../common/components/Section";

/** Text, category, audience, schedule and rate limit of a mailing. */
export function MailingDetails({ mailing }: { mailing: Mailing }) {
  const translate = useTranslate();
  const { moment, rate } = useFormats();
  const window = mailing.send_window;
  const rows: [string, string][] = [
    ["resources.mailing.fields.category", translate(`category.${mailing.category}`)],
    ["mailing.show.filter", audienceOf(mailing, translate)],
    ["resources.mailing.fields.starts_at", moment(mailing.starts_at)],
    ["resources.mailing.fields.ends_at", moment(mailing.ends_at)],
    ["resources.mailing.fields.send_window", window ? `${window.start}–${window.end}` : translate("mailing.any_hour")],
    [
      "resources.mailing.fields.max_rate",
      mailing.max_rate === null
        ? translate("mailing.no_limit")
        : translate("mailing.rate_limit", { rate: rate(mailing.max_rate) }),
    ],
    ["mailing.form.on_unknown", translate(`on_unknown.${mailing.on_unknown}`)],
  ];
  return (
    <Section title={translate("mailing.show.about")}>
      <Box
        sx={{
          bgcolor: "action.hover",
          borderRadius: "4px 16px 16px 16px",
          p: 1.5,
          mb: 2,
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
        }}
      >
        {mailing.text}
      </Box>
      <Box component="dl" sx={{ display: "grid", gridTemplateColumns: "minmax(90px, 2fr) 3fr", gap: 1, m: 0 }}>
        {rows.map(([name, value]) => (
          <Box key={name} sx={{ display: "contents" }}>
            <Typography component="dt" variant="body2" color="textSecondary">
              {translate(name)}
            </Typography>
            <Typography component="dd" variant="body2" sx={{ m: 0, overflowWrap: "anywhere" }}>
              {value}
            </Typography>
          </Box>
        ))}
      </Box>
    </Section>
  );
}

function audienceOf({ filter }: Mailing, translate: ReturnType<typeof useTranslate>): string {
  const parts = [
    filter.tags.length > 0 && translate("mailing.show.with_tags", { tags: filter.tags.join(", ") }),
    filter.operator_codes.length > 0 &&
      translate("mailing.show.with_codes", {
        codes: filter.operator_codes.map((code) => codeLabel(code, translate)).join(", "),
      }),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join("; ") : translate("mailing.everyone");
}
