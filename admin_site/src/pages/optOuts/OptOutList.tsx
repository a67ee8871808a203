import Import from "@mui/icons-material/UploadFile";
import { Box } from "@mui/material";
import { Button, DataTable, List, SelectInput, TextInput, TopToolbar, useCanAccess, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { OptOut } from "../../api/types";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { LiftOptOut } from "../../common/optOuts/LiftOptOut";
import { RecordOptOut } from "../../common/optOuts/RecordOptOut";
import { en } from "../../i18n/en";
import { useFormats } from "../../i18n/formats";

const digits = (value: string) => value.replace(/\D/g, "");
const choicesOf = (vocabulary: "opt_out_scope" | "opt_out_source") =>
  Object.keys(en[vocabulary]).map((id) => ({ id, name: `${vocabulary}.${id}` }));

const filters = [
  <TextInput key="search" source="search" parse={digits} alwaysOn resettable />,
  <SelectInput key="scope" source="scope" choices={choicesOf("opt_out_scope")} alwaysOn />,
  <SelectInput key="source" source="source" choices={choicesOf("opt_out_source")} alwaysOn />,
];

/** People who must not be messaged, with filters; opt-outs are recorded, imported and lifted here. */
export default function OptOutList() {
  return (
    <List
      filters={filters}
      sort={{ field: "at", order: "DESC" }}
      perPage={50}
      pagination={<CursorPagination />}
      exporter={false}
      actions={<Actions />}
      empty={<Empty />}
    >
      <Table />
    </List>
  );
}

function Actions() {
  return (
    <TopToolbar>
      <ImportButton />
      <RecordOptOut variant="contained" />
    </TopToolbar>
  );
}

function Empty() {
  return (
    <EmptyList>
      <ImportButton />
      <RecordOptOut variant="contained" />
    </EmptyList>
  );
}

function ImportButton() {
  const { canAccess } = useCanAccess({ resource: "optout", action: "import" });
  return (
    canAccess && (
      <Button component={Link} to="/optout/import" label="file.import">
        <Import />
      </Button>
    )
  );
}

function Table() {
  const translate = useTranslate();
  const { moment } = useFormats();
  return (
    <DataTable<OptOut & { id: string }> rowClick={false} bulkActionButtons={false}>
      <DataTable.Col<OptOut> source="phone" />
      <DataTable.Col<OptOut> source="scope" disableSort render={({ scope }) => translate(`opt_out_scope.${scope}`)} />
      <DataTable.Col<OptOut>
        source="source"
        disableSort
        render={({ source }) => translate(`opt_out_source.${source}`)}
      />
      <DataTable.Col<OptOut>
        source="reason"
        disableSort
        render={({ reason }) => <Box sx={{ maxWidth: 360, overflowWrap: "anywhere" }}>{reason}</Box>}
      />
      <DataTable.Col<OptOut> source="at" render={({ at }) => moment(at)} />
      <DataTable.Col<OptOut> label={false} align="right" render={({ phone }) => <LiftOptOut phone={phone} />} />
    </DataTable>
  );
}
