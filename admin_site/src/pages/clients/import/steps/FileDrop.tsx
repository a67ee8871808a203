import Upload from "@mui/icons-material/UploadFile";
import { Box, Button, Stack, Typography } from "@mui/material";
import { useRef, useState, type DragEvent } from "react";
import { useTranslate } from "react-admin";

const SAMPLE = "phone,operator_code,tags,timezone,name\n79261234567,926,vip;new,Europe/Moscow,Ann\n";

/** Area where a file can be dropped or chosen, with help and an example. */
export function FileDrop({ onFile }: { onFile: (file: File | undefined) => void }) {
  const translate = useTranslate();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(inside);
  };
  return (
    <>
      <Stack
        spacing={2}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={(event) => {
          drag(false)(event);
          onFile(event.dataTransfer.files[0]);
        }}
        sx={{
          alignItems: "center",
          py: 6,
          px: 2,
          border: 2,
          borderStyle: "dashed",
          borderRadius: 3,
          borderColor: over ? "primary.main" : "divider",
          bgcolor: over ? "action.hover" : undefined,
        }}
      >
        <Upload sx={{ fontSize: 48, color: "text.secondary" }} />
        <Typography>{translate("client.import.drop")}</Typography>
        <Button variant="contained" onClick={() => input.current?.click()}>
          {translate("client.import.choose")}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".csv,.tsv,.txt,.gz,text/csv"
          hidden
          onChange={(event) => onFile(event.target.files?.[0])}
          aria-label={translate("client.import.choose")}
        />
      </Stack>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        {translate("client.import.help")}
      </Typography>
      <Typography variant="subtitle2" sx={{ mt: 2 }}>
        {translate("client.import.sample")}
      </Typography>
      <Box
        component="pre"
        tabIndex={0}
        sx={{ m: 0, p: 1.5, overflowX: "auto", bgcolor: "action.hover", borderRadius: 2, fontSize: 13 }}
      >
        {SAMPLE}
      </Box>
    </>
  );
}
