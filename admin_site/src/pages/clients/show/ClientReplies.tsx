import { Box, Typography } from "@mui/material";
import { DataTable, ListBase, useTranslate } from "react-admin";
import type { Reply } from "../../../api/types";
import { CursorPagination } from "../../../common/components/CursorPagination";
import { Section } from "../../../common/components/Section";
import { useFormats } from "../../../i18n/formats";

/** Replies of a client with what followed each, newest first. */
export function ClientReplies({ phone }: { phone: string }) {
  const translate = useTranslate();
  return (
    <Section title={translate("client.show.replies")}>
      <ListBase resource="reply" filter={{ phone }} perPage={25} disableSyncWithLocation storeKey={false}>
        <Replies />
        <CursorPagination />
      </ListBase>
    </Section>
  );
}

function Replies() {
  const translate = useTranslate();
  const { precise } = useFormats();
  const nothing = (
    <Typography color="textSecondary" sx={{ p: 3, textAlign: "center" }}>
      {translate("app.empty")}
    </Typography>
  );
  return (
    <Box sx={{ overflowX: "auto" }}>
      <DataTable<Reply> bulkActionButtons={false} rowClick={false} empty={nothing}>
        <DataTable.Col<Reply> source="at" disableSort render={({ at }) => precise(at)} />
        <DataTable.Col<Reply>
          source="text"
          disableSort
          render={({ text }) => (
            <Box sx={{ minWidth: 200, maxWidth: 420, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</Box>
          )}
        />
        <DataTable.Col<Reply>
          source="effect"
          disableSort
          render={({ effect }) => translate(`reply_effect.${effect}`)}
        />
      </DataTable>
    </Box>
  );
}
