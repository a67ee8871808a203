import { Card, CardContent } from "@mui/material";
import { Title } from "react-admin";
import { useApi } from "../../../api/ApiContext";
import { EncodingChoice } from "../../../common/files/steps/EncodingChoice";
import { FileDrop } from "../../../common/files/steps/FileDrop";
import { FileRefusal } from "../../../common/files/steps/FileRefusal";
import { ProgressOfImport } from "../../../common/files/steps/ProgressOfImport";
import { useImport } from "../../../common/files/useImport";
import { CheckTable } from "./CheckTable";
import { importOptOuts, OPT_OUT_FILE, OPT_OUT_SAMPLE } from "./optOutFile";

/** Import page of opt-outs: choose or drop a CSV file, check some rows, follow its progress. */
export default function OptOutImport() {
  const api = useApi();
  const { progress, read, foreign, problem, open, openConverted, startImport, resume, clear } = useImport(OPT_OUT_FILE);
  return (
    <Card sx={{ mt: 2, maxWidth: 900 }}>
      <Title title="opt_out.import.title" />
      <CardContent>
        {problem && <FileRefusal problem={problem} />}
        {progress ? (
          <ProgressOfImport
            progress={progress}
            list={{ to: "/optout", label: "opt_out.import.to_opt_outs" }}
            onResume={() => void resume()}
            onAnother={clear}
          />
        ) : read ? (
          <CheckTable
            file={read.name}
            table={read.table}
            onImport={() => void startImport(read, (chunk, key) => importOptOuts(api, chunk, key))}
            onAnother={clear}
          />
        ) : foreign ? (
          <EncodingChoice
            file={foreign}
            format={OPT_OUT_FILE}
            onConvert={(encoding) => openConverted(foreign, encoding)}
            onAnother={clear}
          />
        ) : (
          <FileDrop
            onFile={(file) => file && void open(file)}
            accept=".csv,.tsv,.txt,text/csv"
            invitation="opt_out.import.drop"
            help="opt_out.import.help"
            sample={OPT_OUT_SAMPLE}
          />
        )}
      </CardContent>
    </Card>
  );
}
