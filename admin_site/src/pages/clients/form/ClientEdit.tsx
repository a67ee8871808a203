import { Edit, SaveButton, SimpleForm, Toolbar, TopToolbar, useCanAccess, useRecordContext } from "react-admin";
import type { Client } from "../../../api/types";
import { ClientFields } from "./ClientFields";
import { DeleteClient } from "../ClientList";

/** Form of an existing client. The ETag prevents overwriting another user's change. */
export default function ClientEdit() {
  return (
    <Edit mutationMode="pessimistic" redirect="show" actions={<TopToolbar />} queryOptions={{ gcTime: 0 }}>
      <SimpleForm toolbar={<Bottom />}>
        <ClientFields />
      </SimpleForm>
    </Edit>
  );
}

function Bottom() {
  const client = useRecordContext<Client>();
  const { canAccess } = useCanAccess({ resource: "client", action: "delete" });
  return (
    <Toolbar sx={{ justifyContent: "space-between" }}>
      <SaveButton />
      {canAccess && client && <DeleteClient client={client} />}
    </Toolbar>
  );
}
