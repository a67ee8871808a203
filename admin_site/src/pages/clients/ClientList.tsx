import Import from "@mui/icons-material/UploadFile";
import { Typography } from "@mui/material";
import {
  AutocompleteInput,
  Button,
  CreateButton,
  DataTable,
  DeleteWithConfirmButton,
  List,
  TextInput,
  TopToolbar,
  useCanAccess,
  useListContext,
  useTranslate,
} from "react-admin";
import { useState } from "react";
import { Link } from "react-router-dom";
import type { Total as ListTotal } from "../../api/resources";
import type { Client } from "../../api/types";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { SelectableRows } from "../../common/components/SelectableRows";
import { useTags } from "../../common/queries/useTags";
import { useFormats } from "../../i18n/formats";
import { BulkActions } from "./bulk/BulkActions";
import { ClientTags } from "./ClientTags";
import { ExportButton } from "./ExportButton";
import { TIMEZONES } from "./timezones";

const digits = (value: string) => value.replace(/\D/g, "");
/** Keep digits, or the beginning of `none`, by which the API calls clients without a code. */
const code = (value: string) => ("none".startsWith(value.toLowerCase()) ? value.toLowerCase() : digits(value));
const filters = [
  <TextInput key="search" source="search" parse={digits} alwaysOn resettable />,
  <TagFilter key="tag" source="tag" alwaysOn />,
  <TextInput key="operator_code" source="operator_code" parse={code} alwaysOn resettable sx={{ maxWidth: 160 }} />,
  <AutocompleteInput key="timezone" source="timezone" choices={TIMEZONES.map((id) => ({ id, name: id }))} alwaysOn />,
];

/** List of clients with filters, import, export and deletion. */
export default function ClientList() {
  return (
    <List
      filters={filters}
      sort={{ field: "id", order: "DESC" }}
      perPage={50}
      pagination={
        <CursorPagination>
          <Total />
        </CursorPagination>
      }
      exporter={false}
      actions={<Actions />}
      empty={<Empty />}
    >
      <Table />
    </List>
  );
}

function TagFilter(props: { source: string; alwaysOn?: boolean }) {
  const [typed, setTyped] = useState("");
  const tags = useTags(typed);
  const chosen = (useListContext().filterValues as { tag?: string }).tag;
  const names = new Set([...tags.map(({ name }) => name), ...(chosen ? [chosen] : [])]);
  return <AutocompleteInput {...props} choices={[...names].map((id) => ({ id, name: id }))} setFilter={setTyped} />;
}

function Actions() {
  return (
    <TopToolbar>
      <ExportButton format="csv" />
      <ExportButton format="excel" />
      <ImportButton />
      <CreateButton variant="contained" />
    </TopToolbar>
  );
}

function Empty() {
  return (
    <EmptyList>
      <ImportButton />
      <CreateButton variant="contained" />
    </EmptyList>
  );
}

function ImportButton() {
  const { canAccess } = useCanAccess({ resource: "client", action: "import" });
  return (
    canAccess && (
      <Button component={Link} to="/client/import" label="file.import">
        <Import />
      </Button>
    )
  );
}

function Total() {
  const translate = useTranslate();
  const { number } = useFormats();
  const { total, estimated } = (useListContext().meta ?? {}) as Partial<ListTotal>;
  if (total == null) return null;
  const words = { smart_count: total, count: number(total) };
  return (
    <Typography variant="body2" color="textSecondary" sx={{ flexGrow: 1 }}>
      {translate(estimated ? "client.total_about" : "client.total", words)}
    </Typography>
  );
}

function Table() {
  const { canAccess } = useCanAccess({ resource: "client", action: "bulk" });
  return (
    <SelectableRows>
      <DataTable<Client & { id: string }> rowClick="show" bulkActionButtons={canAccess ? <BulkActions /> : false}>
        <DataTable.Col<Client> source="phone" />
        <DataTable.Col<Client> source="operator_code" disableSort />
        <DataTable.Col<Client> source="tags" disableSort render={(client) => <ClientTags tags={client.tags} />} />
        <DataTable.Col<Client> source="timezone" disableSort />
        <DataTable.Col<Client> source="attributes" disableSort render={(client) => attributesOf(client)} />
        <DataTable.Col<Client> label={false} align="right" render={(client) => <DeleteClient client={client} />} />
      </DataTable>
    </SelectableRows>
  );
}

function attributesOf(client: Client): string {
  return Object.entries(client.attributes)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}

export function DeleteClient({ client }: { client: Client }) {
  const translate = useTranslate();
  return (
    <DeleteWithConfirmButton
      record={{ ...client, id: client.phone }}
      resource="client"
      redirect="list"
      mutationMode="pessimistic"
      confirmTitle={`${translate("ra.action.delete")} ${client.phone}?`}
      confirmContent="client.delete_text"
      aria-label={`${translate("ra.action.delete")} ${client.phone}`}
    />
  );
}
