import { Alert, Card, CardContent } from "@mui/material";
import { useState } from "react";
import { Title, useTranslate } from "react-admin";
import { usePhrases } from "../../../i18n/phrases";
import { isUploaded } from "./upload/progress";
import { UploadImport } from "./upload/UploadImport";
import type { FileProblem } from "./fileProblem";
import { CheckRows } from "./steps/CheckRows";
import { EncodingChoice } from "./steps/EncodingChoice";
import { FileDrop } from "./steps/FileDrop";
import { ProgressOfImport } from "./steps/ProgressOfImport";
import { useImport } from "./useImport";

/**
 * Import page: choose or drop a CSV file, choose its encoding if need be, check some rows, follow its progress. Large
 * files are uploaded.
 */
export default function ClientImport() {
  const { progress, read, foreign, problem, open, openConverted, startImport, resume, clear } = useImport();
  const [large, setLarge] = useState<File>();
  const choose = (file: File | undefined) => {
    if (file && isUploaded(file)) setLarge(file);
    else if (file) void open(file);
  };
  return (
    <Card sx={{ mt: 2, maxWidth: 900 }}>
      <Title title="client.import.title" />
      <CardContent>
        {problem && <Refusal problem={problem} />}
        {large ? (
          <UploadImport file={large} onAnother={() => setLarge(undefined)} />
        ) : progress ? (
          <ProgressOfImport progress={progress} onResume={() => void resume()} onAnother={clear} />
        ) : read ? (
          <CheckRows
            file={read.name}
            table={read.table}
            onImport={(country) => void startImport(read, country)}
            onAnother={clear}
          />
        ) : foreign ? (
          <EncodingChoice file={foreign} onConvert={(encoding) => openConverted(foreign, encoding)} onAnother={clear} />
        ) : (
          <FileDrop onFile={choose} />
        )}
      </CardContent>
    </Card>
  );
}

function Refusal({ problem }: { problem: FileProblem | "no_rows" }) {
  const translate = useTranslate();
  const phrases = usePhrases();
  return (
    <Alert severity="error" sx={{ mb: 2 }}>
      {problem === "no_rows"
        ? translate("client.import.no_rows")
        : `${phrases.problem({ code: problem.code, params: problem.params, text: problem.code })} ${translate("client.import.nothing_stored")}`}
    </Alert>
  );
}
