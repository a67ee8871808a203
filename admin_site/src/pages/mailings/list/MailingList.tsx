import { Box, Card, CardActionArea, Checkbox, Stack, Typography, useMediaQuery, type Theme } from "@mui/material";
import { Link } from "react-router-dom";
import {
  CreateButton,
  DataTable,
  List,
  SelectInput,
  TopToolbar,
  useCanAccess,
  useCreatePath,
  useListContext,
  useTranslate,
} from "react-admin";
import type { Mailing } from "../../../api/types";
import { CursorPagination } from "../../../common/components/CursorPagination";
import { EmptyList } from "../../../common/components/EmptyList";
import { useFormats } from "../../../i18n/formats";
import { pollInterval } from "../../../common/polling";
import { MailingStatusChip } from "../../../common/mailings/MailingStatusChip";
import { SelectableRows } from "../../../common/components/SelectableRows";
import { MAILING_STATUSES } from "../../../common/statuses";
import { BulkActions } from "./BulkActions";
import { CloneButton } from "../CloneButton";
import { Countdown } from "../../../common/mailings/Countdown";
import { MailingProgress } from "../../../common/mailings/MailingProgress";
import { RateNow } from "./RateNow";

const POLL_MS = 3000;
const live = { refetchInterval: pollInterval(POLL_MS), refetchIntervalInBackground: true };

const choices = MAILING_STATUSES.map((id) => ({ id, name: `status.${id}` }));
const filters = [<SelectInput key="status" source="status" choices={choices} emptyText="app.any" alwaysOn />];

/** List of mailings, kept up to date. */
export default function MailingList() {
  const small = useMediaQuery((theme: Theme) => theme.breakpoints.down("md"));
  return (
    <List
      filters={filters}
      sort={{ field: "id", order: "DESC" }}
      perPage={25}
      pagination={<CursorPagination />}
      exporter={false}
      queryOptions={live}
      actions={<Actions />}
      empty={<Empty />}
    >
      {small ? <Cards /> : <Table />}
    </List>
  );
}

function Actions() {
  return (
    <TopToolbar>
      <CreateButton variant="contained" />
    </TopToolbar>
  );
}

function Table() {
  const { canAccess } = useCanAccess({ resource: "mailing", action: "act" });
  const { short } = useFormats();
  return (
    <SelectableRows>
      <DataTable<Mailing> rowClick="show" bulkActionButtons={canAccess ? <BulkActions /> : false}>
        <DataTable.Col<Mailing> source="id" />
        <DataTable.Col<Mailing> source="text" disableSort render={(mailing) => <Text mailing={mailing} />} />
        <DataTable.Col<Mailing>
          source="status"
          disableSort
          render={(mailing) => <MailingStatusChip status={mailing.status} />}
        />
        <DataTable.Col<Mailing>
          label="resources.mailing.fields.progress"
          render={(mailing) => <MailingProgress mailing={mailing} />}
        />
        <DataTable.Col<Mailing> source="max_rate" disableSort render={(mailing) => <RateNow mailing={mailing} />} />
        <DataTable.Col<Mailing>
          source="starts_at"
          render={(mailing) => (
            <Stack>
              <Box component="span" sx={{ whiteSpace: "nowrap" }}>
                {short(mailing.starts_at)}
              </Box>
              <Countdown mailing={mailing} />
            </Stack>
          )}
        />
        <DataTable.Col<Mailing> label={false} render={(mailing) => <CloneButton mailing={mailing} iconOnly />} />
      </DataTable>
    </SelectableRows>
  );
}

function Text({ mailing }: { mailing: Mailing }) {
  return (
    <Box
      sx={{
        maxWidth: { md: 140, lg: 200, xl: 420 },
        overflow: "hidden",
        textOverflow: "ellipsis",
        whiteSpace: "nowrap",
      }}
      title={mailing.text}
    >
      {mailing.text}
    </Box>
  );
}

/** List as cards, for narrow screens. */
function Cards() {
  const { data, isPending, selectedIds, onToggleItem } = useListContext<Mailing>();
  const { canAccess } = useCanAccess({ resource: "mailing", action: "act" });
  const translate = useTranslate();
  const createPath = useCreatePath();
  if (isPending) return null;
  return (
    <Stack spacing={1} sx={{ p: 1 }}>
      {selectedIds.length > 0 && (
        <Stack direction="row" sx={{ flexWrap: "wrap" }}>
          <BulkActions />
        </Stack>
      )}
      {data?.map((mailing) => (
        <Card key={mailing.id} sx={{ display: "flex", alignItems: "flex-start" }}>
          {canAccess && (
            <Checkbox
              checked={selectedIds.includes(mailing.id)}
              onChange={() => onToggleItem(mailing.id)}
              slotProps={{ input: { "aria-label": `${translate("ra.action.select_row")} ${mailing.id}` } }}
            />
          )}
          <CardActionArea
            component={Link}
            to={createPath({ resource: "mailing", type: "show", id: mailing.id })}
            sx={{ p: 1.5, minWidth: 0 }}
          >
            <Stack direction="row" spacing={1} sx={{ alignItems: "center", mb: 0.5 }}>
              <Typography variant="subtitle2">#{mailing.id}</Typography>
              <MailingStatusChip status={mailing.status} />
              <Countdown mailing={mailing} />
            </Stack>
            <Typography noWrap sx={{ mb: 1 }}>
              {mailing.text}
            </Typography>
            <MailingProgress mailing={mailing} />
          </CardActionArea>
        </Card>
      ))}
    </Stack>
  );
}

function Empty() {
  return (
    <EmptyList>
      <CreateButton variant="contained" />
    </EmptyList>
  );
}
