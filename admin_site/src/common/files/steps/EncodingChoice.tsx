import { Alert, Button, MenuItem, Stack, TextField, Typography } from "@mui/material";
import { useMemo, useState } from "react";
import { useTranslate } from "react-admin";
import { FileProblem } from "../fileProblem";
import { convert, ENCODINGS, type Encoding } from "../fileText";
import { readTable, samplesOf, type FileFormat, type Samples } from "../table";
import type { ForeignFile } from "../useImport";
import { FileRefusal } from "./FileRefusal";
import { SampleTable } from "./SampleTable";

interface EncodingChoiceProps {
  file: ForeignFile;
  format: FileFormat;
  onConvert: (encoding: Encoding) => void;
  onAnother: () => void;
}

/** Choice of the encoding of a file that is not UTF-8, with some of its rows as they would be imported. */
export function EncodingChoice({ file, format, onConvert, onAnother }: EncodingChoiceProps) {
  const translate = useTranslate();
  const [encoding, setEncoding] = useState(file.encoding);
  const samples = useMemo(() => samplesIn(file, encoding, format), [file, encoding, format]);
  return (
    <Stack spacing={2}>
      <Typography variant="h6" component="h2">
        {file.name}
      </Typography>
      <Alert severity="warning">{translate("file.encoding.why")}</Alert>
      <TextField
        select
        label={translate("file.encoding.label")}
        value={encoding}
        onChange={(event) => setEncoding(event.target.value as Encoding)}
      >
        {ENCODINGS.map((each) => (
          <MenuItem key={each} value={each}>
            {translate(`file.encoding.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      <Typography>{translate("file.encoding.check")}</Typography>
      {samples instanceof FileProblem ? <FileRefusal problem={samples} /> : <SampleTable samples={samples} />}
      <Stack direction="row" spacing={1}>
        <Button variant="contained" disabled={samples instanceof FileProblem} onClick={() => onConvert(encoding)}>
          {translate("file.encoding.convert")}
        </Button>
        <Button onClick={onAnother}>{translate("file.another")}</Button>
      </Stack>
    </Stack>
  );
}

function samplesIn({ bytes }: ForeignFile, encoding: Encoding, format: FileFormat): Samples | FileProblem {
  try {
    return samplesOf(readTable(convert(bytes, encoding), format));
  } catch (error) {
    if (error instanceof FileProblem) return error;
    throw error;
  }
}
