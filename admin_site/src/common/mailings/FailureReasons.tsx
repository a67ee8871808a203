import { List, ListItem, ListItemText, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MailingStatistics } from "../../api/types";
import { usePhrases } from "../../i18n/phrases";
import { Section } from "../components/Section";

/** Most frequent failure reasons. */
export function FailureReasons({ errors }: { errors: MailingStatistics["errors"] }) {
  const translate = useTranslate();
  const { reason } = usePhrases();
  return (
    <Section title={translate("mailing.show.errors")}>
      {errors.length === 0 ? (
        <Typography color="textSecondary">{translate("mailing.show.no_errors")}</Typography>
      ) : (
        <List dense disablePadding>
          {errors.map(({ error, code, params, count }) => (
            <ListItem key={error} disableGutters>
              <ListItemText
                primary={reason({ code, params, text: error })}
                secondary={translate("mailing.show.times", { smart_count: count })}
                slotProps={{ primary: { sx: { overflowWrap: "anywhere" } } }}
              />
            </ListItem>
          ))}
        </List>
      )}
    </Section>
  );
}
