import { Card, CardContent } from "@mui/material";
import { useState } from "react";
import { Title } from "react-admin";
import { useApi } from "../../../api/ApiContext";
import { EncodingChoice } from "../../../common/files/steps/EncodingChoice";
import { FileDrop } from "../../../common/files/steps/FileDrop";
import { FileRefusal } from "../../../common/files/steps/FileRefusal";
import { ProgressOfImport } from "../../../common/files/steps/ProgressOfImport";
import { useImport } from "../../../common/files/useImport";
import { isUploaded } from "./upload/progress";
import { UploadImport } from "./upload/UploadImport";
import { CLIENT_FILE, CLIENT_SAMPLE } from "./clientFile";
import { importChunk } from "./importChunk";
import { CheckRows } from "./steps/CheckRows";

/**
 * Import page: choose or drop a CSV file, choose its encoding if need be, check some rows, follow its progress. Large
 * files are uploaded.
 */
export default function ClientImport() {
  const api = useApi();
  const { progress, read, foreign, problem, open, openConverted, startImport, resume, clear } = useImport(CLIENT_FILE);
  const [large, setLarge] = useState<File>();
  const choose = (file: File | undefined) => {
    if (file && isUploaded(file)) setLarge(file);
    else if (file) void open(file);
  };
  return (
    <Card sx={{ mt: 2, maxWidth: 900 }}>
      <Title title="client.import.title" />
      <CardContent>
        {problem && <FileRefusal problem={problem} />}
        {large ? (
          <UploadImport file={large} onAnother={() => setLarge(undefined)} />
        ) : progress ? (
          <ProgressOfImport
            progress={progress}
            list={{ to: "/client", label: "client.import.to_clients" }}
            onResume={() => void resume()}
            onAnother={clear}
          />
        ) : read ? (
          <CheckRows
            file={read.name}
            table={read.table}
            onImport={(country) => void startImport(read, (chunk, key) => importChunk(api, chunk, { country, key }))}
            onAnother={clear}
          />
        ) : foreign ? (
          <EncodingChoice
            file={foreign}
            format={CLIENT_FILE}
            onConvert={(encoding) => openConverted(foreign, encoding)}
            onAnother={clear}
          />
        ) : (
          <FileDrop
            onFile={choose}
            accept=".csv,.tsv,.txt,.gz,text/csv"
            invitation="client.import.drop"
            help="client.import.help"
            sample={CLIENT_SAMPLE}
          />
        )}
      </CardContent>
    </Card>
  );
}
