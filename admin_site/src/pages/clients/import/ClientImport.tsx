import { Alert, Card, CardContent } from "@mui/material";
import { Title, useTranslate } from "react-admin";
import { usePhrases } from "../../../i18n/phrases";
import { EncodingChoice } from "./EncodingChoice";
import { FileDrop } from "./FileDrop";
import type { FileProblem } from "./fileProblem";
import { ProgressOfImport } from "./ProgressOfImport";
import { useImport } from "./useImport";

/** Import page: choose or drop a CSV file, choose its encoding if need be, follow its progress. */
export default function ClientImport() {
  const { progress, foreign, problem, start, startConverted, resume, clear } = useImport();
  return (
    <Card sx={{ mt: 2, maxWidth: 900 }}>
      <Title title="client.import.title" />
      <CardContent>
        {problem && <Refusal problem={problem} />}
        {progress ? (
          <ProgressOfImport progress={progress} onResume={() => void resume()} onAnother={clear} />
        ) : foreign ? (
          <EncodingChoice
            file={foreign}
            onImport={(encoding) => void startConverted(foreign, encoding)}
            onAnother={clear}
          />
        ) : (
          <FileDrop onFile={(file) => file && void start(file)} />
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
