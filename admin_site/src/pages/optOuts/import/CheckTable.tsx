import { Button, Stack, Typography } from "@mui/material";
import { useTranslate } from "react-admin";
import { SampleTable } from "../../../common/files/steps/SampleTable";
import { samplesOf, type Table } from "../../../common/files/table";
import { useFormats } from "../../../i18n/formats";

interface Props {
  file: string;
  table: Table;
  onImport: () => void;
  onAnother: () => void;
}

/** Some rows of a file of opt-outs, to be checked before they are imported. */
export function CheckTable({ file, table, onImport, onAnother }: Props) {
  const translate = useTranslate();
  const { number } = useFormats();
  const rows = table.rows.length;
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2">
        {file} ({translate("opt_out.import.rows", { smart_count: rows, count: number(rows) })})
      </Typography>
      <Typography>{translate("opt_out.import.check")}</Typography>
      <SampleTable samples={samplesOf(table)} />
      <Stack direction="row" spacing={1}>
        <Button variant="contained" onClick={onImport} autoFocus>
          {translate("file.import")}
        </Button>
        <Button onClick={onAnother}>{translate("file.another")}</Button>
      </Stack>
    </Stack>
  );
}
