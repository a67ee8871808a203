import { Box } from "@mui/material";
import { ListBase, useTranslate } from "react-admin";
import { AuditTable } from "../../../common/audit/AuditTable";
import { CursorPagination } from "../../../common/components/CursorPagination";
import { Section } from "../../../common/components/Section";

/** Changes of a client, also under its earlier phones, and of the opt-outs of its phone, latest first. */
export function ClientAudit({ phone }: { phone: string }) {
  const translate = useTranslate();
  return (
    <Section title={translate("client.show.changes")}>
      <ListBase
        resource="audit"
        filter={{ key: phone }}
        sort={{ field: "id", order: "DESC" }}
        perPage={25}
        disableSyncWithLocation
        storeKey={false}
      >
        <Box sx={{ overflowX: "auto" }}>
          <AuditTable />
        </Box>
        <CursorPagination />
      </ListBase>
    </Section>
  );
}
