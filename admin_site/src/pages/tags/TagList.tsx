import { Stack, TextField, Button } from "@mui/material";
import { useState, type SubmitEvent } from "react";
import { DataTable, List, useCanAccess, useCreate, useNotify, useTranslate } from "react-admin";
import { Link } from "react-router-dom";
import type { Tag } from "../../api/types";
import { CursorPagination } from "../../common/components/CursorPagination";
import { EmptyList } from "../../common/components/EmptyList";
import { useFormats } from "../../i18n/formats";
import { DeleteTag } from "./DeleteTag";
import { RenameTag } from "./RenameTag";

/** List of tags with their number of clients. */
export default function TagList() {
  return (
    <>
      <NewTag />
      <List
        sort={{ field: "name", order: "ASC" }}
        perPage={100}
        pagination={<CursorPagination />}
        actions={false}
        exporter={false}
        empty={<EmptyList />}
      >
        <Table />
      </List>
    </>
  );
}

function Table() {
  const { number } = useFormats();
  return (
    <DataTable<Tag & { id: string }> rowClick={false} bulkActionButtons={false}>
      <DataTable.Col<Tag> source="name" />
      <DataTable.Col<Tag>
        source="clients"
        disableSort
        align="right"
        render={(tag) => <ToClients name={tag.name} count={number(tag.clients)} />}
      />
      <DataTable.Col<Tag>
        label={false}
        align="right"
        render={(tag) => (
          <>
            <RenameTag tag={tag} />
            <DeleteTag tag={tag} />
          </>
        )}
      />
    </DataTable>
  );
}

function ToClients({ name, count }: { name: string; count: string }) {
  const translate = useTranslate();
  const filter = encodeURIComponent(JSON.stringify({ tag: name }));
  return (
    <Button
      component={Link}
      to={`/client?filter=${filter}`}
      size="small"
      aria-label={`${translate("tag.show_clients")}: ${name}, ${count}`}
    >
      {count}
    </Button>
  );
}

function NewTag() {
  const translate = useTranslate();
  const notify = useNotify();
  const { canAccess } = useCanAccess({ resource: "tag", action: "create" });
  const [create, { isPending }] = useCreate<Tag & { id: string }>();
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  if (!canAccess) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void create(
      "tag",
      { data: { name } },
      {
        onSuccess: () => {
          setName("");
          notify("tag.created", { type: "success" });
        },
        onError: (reason) => setError((reason as Error).message),
      },
    );
  };
  return (
    <Stack component="form" direction="row" spacing={1} onSubmit={submit} sx={{ mt: 2, alignItems: "flex-start" }}>
      <TextField
        size="small"
        fullWidth={false}
        label={translate("tag.name")}
        value={name}
        onChange={(event) => {
          setName(event.target.value);
          setError(undefined);
        }}
        error={error !== undefined}
        helperText={error}
        required
      />
      <Button type="submit" variant="contained" loading={isPending} sx={{ height: 40 }}>
        {translate("tag.create")}
      </Button>
    </Stack>
  );
}
