import {
  Alert,
  Button,
  MenuItem,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TextField,
  Typography,
} from "@mui/material";
import { useMemo, useState } from "react";
import { useTranslate } from "react-admin";
import { usePhrases } from "../../../../i18n/phrases";
import { FileProblem } from "../fileProblem";
import { convert, ENCODINGS, type Encoding } from "../fileText";
import { samplesOf, type Samples } from "../table";
import type { ForeignFile } from "../useImport";

interface EncodingChoiceProps {
  file: ForeignFile;
  onConvert: (encoding: Encoding) => void;
  onAnother: () => void;
}

/** Choice of the encoding of a file that is not UTF-8, with some of its rows as they would be imported. */
export function EncodingChoice({ file, onConvert, onAnother }: EncodingChoiceProps) {
  const translate = useTranslate();
  const [encoding, setEncoding] = useState(file.encoding);
  const samples = useMemo(() => samplesIn(file, encoding), [file, encoding]);
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2">
        {file.name}
      </Typography>
      <Alert severity="warning">{translate("client.import.encoding.why")}</Alert>
      <TextField
        select
        label={translate("client.import.encoding.label")}
        value={encoding}
        onChange={(event) => setEncoding(event.target.value as Encoding)}
      >
        {ENCODINGS.map((each) => (
          <MenuItem key={each} value={each}>
            {translate(`client.import.encoding.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      <Typography>{translate("client.import.encoding.check")}</Typography>
      <SampleTable samples={samples} />
      <Stack direction="row" spacing={1}>
        <Button variant="contained" disabled={samples instanceof FileProblem} onClick={() => onConvert(encoding)}>
          {translate("client.import.encoding.convert")}
        </Button>
        <Button onClick={onAnother}>{translate("client.import.another")}</Button>
      </Stack>
    </Stack>
  );
}

function samplesIn({ bytes }: ForeignFile, encoding: Encoding): Samples | FileProblem {
  try {
    return samplesOf(convert(bytes, encoding));
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
}

function SampleTable({ samples }: { samples: Samples | FileProblem }) {
  const { problem } = usePhrases();
  if (samples instanceof FileProblem) {
    return (
      <Alert severity="error">{problem({ code: samples.code, params: samples.params, text: samples.code })}</Alert>
    );
  }
  return (
    <TableContainer>
      <Table size="small">
        <TableHead>
          <TableRow>
            {samples.columns.map((column) => (
              <TableCell key={column}>{column}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {samples.rows.map((row) => (
            <TableRow key={row.line}>
              {samples.columns.map((column, index) => (
                <TableCell key={column}>{row.fields[index]}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
