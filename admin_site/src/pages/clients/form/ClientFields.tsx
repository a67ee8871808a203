import { Stack } from "@mui/material";
import { AutocompleteArrayInput, AutocompleteInput, required, TextInput, useTranslate } from "react-admin";
import { useState } from "react";
import { useWatch } from "react-hook-form";
import { isLongEnough } from "../../../common/phones";
import { useTags } from "../../../common/queries/useTags";
import { ConsentFields } from "./ConsentFields";
import { AttributesInput } from "./attributes/AttributesInput";
import { TIMEZONES } from "../timezones";

const matches = (pattern: RegExp, message: string) => (value?: string | null) =>
  !value || pattern.test(value) ? undefined : message;
const phone = [
  required(),
  (value?: string | null) => (!value || isLongEnough(value) ? undefined : "client.form.phone_rule"),
];
const code = matches(/^\d{3}$/, "client.form.code_rule");
const zones = TIMEZONES.map((id) => ({ id, name: id }));

/** Fields of the client forms. */
export function ClientFields() {
  const translate = useTranslate();
  const [typed, setTyped] = useState("");
  const tags = useTags(typed);
  const chosen = useWatch<{ tags?: string[] }, "tags">({ name: "tags" });
  const names = [...new Set([...tags.map((tag) => tag.name), ...(chosen ?? [])])];
  return (
    <Stack sx={{ width: "100%", maxWidth: 560 }}>
      <TextInput source="phone" validate={phone} helperText="client.form.phone_help" inputMode="tel" />
      <TextInput
        source="operator_code"
        validate={code}
        helperText="client.form.code_help"
        parse={(value: string) => value || null}
      />
      <AutocompleteInput
        source="timezone"
        choices={zones}
        validate={required()}
        defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
      />
      <AutocompleteArrayInput
        source="tags"
        choices={names.map((id) => ({ id, name: id }))}
        defaultValue={[]}
        setFilter={setTyped}
        onCreate={(name) => (name ? { id: name, name } : undefined)}
        createLabel={translate("tag.create")}
      />
      <AttributesInput source="attributes" />
      <ConsentFields />
    </Stack>
  );
}
