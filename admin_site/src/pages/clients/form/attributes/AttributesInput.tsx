import Add from "@mui/icons-material/Add";
import Remove from "@mui/icons-material/Close";
import { Box, Button, FormHelperText, IconButton, Stack, TextField, Typography } from "@mui/material";
import { useState } from "react";
import { useInput, useTranslate, ValidationError } from "react-admin";
import { isName, toRows, toValues, type Row, type Values } from "./attributes";

const validate = (values: Values | undefined) =>
  Object.keys(values ?? {}).every(isName) ? undefined : "client.form.name_rule";

/** Input of a client's attributes, which fill placeholders in texts. */
export function AttributesInput({ source }: { source: string }) {
  const translate = useTranslate();
  const { field, fieldState } = useInput({ source, defaultValue: {}, validate });
  const before = field.value as Values;
  const [rows, setRows] = useState<Row[]>(() => toRows(before));
  const change = (next: Row[]) => {
    setRows(next);
    field.onChange(toValues(next, before));
  };
  const put = (index: number, part: Partial<Row>) =>
    change(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Box component="fieldset" sx={{ border: 0, p: 0, m: 0, mt: 1 }}>
      <Typography component="legend" variant="subtitle2">
        {translate("resources.client.fields.attributes")}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {translate("client.form.attributes_help")}
      </Typography>
      <Stack spacing={1} sx={{ mt: 1 }}>
        {rows.map((row, index) => (
          <Stack key={index} direction="row" spacing={1} sx={{ alignItems: "center" }}>
            <TextField
              size="small"
              label={translate("client.form.attribute")}
              value={row.name}
              onChange={(event) => put(index, { name: event.target.value })}
              error={row.name !== "" && !isName(row.name)}
            />
            <TextField
              size="small"
              label={translate("client.form.value")}
              value={row.value}
              onChange={(event) => put(index, { value: event.target.value })}
            />
            <IconButton
              onClick={() => change(rows.filter((_, at) => at !== index))}
              aria-label={`${translate("client.form.remove")} ${row.name}`}
            >
              <Remove fontSize="small" />
            </IconButton>
          </Stack>
        ))}
        {fieldState.error && (
          <FormHelperText error>
            <ValidationError error={fieldState.error.message ?? ""} />
          </FormHelperText>
        )}
        <Button
          size="small"
          startIcon={<Add />}
          onClick={() => setRows([...rows, { name: "", value: "" }])}
          sx={{ alignSelf: "flex-start" }}
        >
          {translate("client.form.add_attribute")}
        </Button>
      </Stack>
    </Box>
  );
}
