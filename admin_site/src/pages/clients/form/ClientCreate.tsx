import { Create, SimpleForm } from "react-admin";
import { ClientFields } from "./ClientFields";

/** Form of a new client. */
export default function ClientCreate() {
  return (
    <Create redirect="list">
      <SimpleForm>
        <ClientFields />
      </SimpleForm>
    </Create>
  );
}
