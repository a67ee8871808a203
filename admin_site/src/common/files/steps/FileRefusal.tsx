import { Alert } from "@mui/material";
import { useTranslate } from "react-admin";
import { usePhrases } from "../../../i18n/phrases";
import type { FileProblem } from "../fileProblem";

/** Message that a file cannot be imported, with the reason. */
export function FileRefusal({ problem }: { problem: FileProblem | "no_rows" }) {
  const translate = useTranslate();
  const phrases = usePhrases();
  return (
    <Alert severity="error" sx={{ mb: 2 }}>
      {problem === "no_rows"
        ? translate("file.no_rows")
        : `${phrases.problem({ code: problem.code, params: problem.params, text: problem.code })} ${translate("file.nothing_stored")}`}
    </Alert>
  );
}
