import { List, SelectInput, TextInput, DateTimeInput } from "react-admin";
import { AuditTable } from "../../common/audit/AuditTable";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { en } from "../../i18n/en";

const choicesOf = (vocabulary: "audit_kind" | "audit_action") =>
  Object.keys(en[vocabulary]).map((id) => ({ id, name: `${vocabulary}.${id}` }));

const toMoment = (value: string) => (value ? new Date(value).toISOString() : "");
const filters = [
  <SelectInput key="kind" source="kind" choices={choicesOf("audit_kind")} alwaysOn />,
  <TextInput key="key" source="key" alwaysOn resettable />,
  <SelectInput key="action" source="action" choices={choicesOf("audit_action")} alwaysOn />,
  <DateTimeInput key="since" source="since" parse={toMoment} alwaysOn />,
];

/** Audit log with filters. */
export default function AuditList() {
  return (
    <List
      filters={filters}
      sort={{ field: "id", order: "DESC" }}
      perPage={50}
      pagination={<CursorPagination />}
      exporter={false}
      empty={<EmptyList />}
    >
      <AuditTable />
    </List>
  );
}
