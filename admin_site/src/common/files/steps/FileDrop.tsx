import Upload from "@mui/icons-material/UploadFile";
import { Box, Button, Stack, Typography } from "@mui/material";
import { useRef, useState, type DragEvent } from "react";
import { useTranslate } from "react-admin";

interface Props {
  onFile: (file: File | undefined) => void;
  /** Extensions and types of files that can be chosen. */
  accept: string;
  /** Key of the words on the area. */
  invitation: string;
  /** Key of the words on the format. */
  help: string;
  sample: string;
}

/** Area where a file can be dropped or chosen, with help and an example. */
export function FileDrop({ onFile, accept, invitation, help, sample }: Props) {
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
        <Typography>{translate(invitation)}</Typography>
        <Button variant="contained" onClick={() => input.current?.click()}>
          {translate("file.choose")}
        </Button>
        <input
          ref={input}
          type="file"
          accept={accept}
          hidden
          onChange={(event) => onFile(event.target.files?.[0])}
          aria-label={translate("file.choose")}
        />
      </Stack>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        {translate(help)}
      </Typography>
      <Typography variant="subtitle2" sx={{ mt: 2 }}>
        {translate("file.sample")}
      </Typography>
      <Box
        component="pre"
        tabIndex={0}
        sx={{ m: 0, p: 1.5, overflowX: "auto", bgcolor: "action.hover", borderRadius: 2, fontSize: 13 }}
      >
        {sample}
      </Box>
    </>
  );
}
