import { Box, Stack, Tooltip } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MessageStatus } from "../../api/types";
import { MESSAGE_STATUS } from "../statuses";

/** Message status with its colour; a tooltip explains it. */
export function MessageStatusChip({ status }: { status: MessageStatus }) {
  const translate = useTranslate();
  return (
    <Tooltip title={translate(`message_hint.${status}`)}>
      <Stack
        component="span"
        direction="row"
        spacing={1}
        sx={{ display: "inline-flex", alignItems: "center" }}
        tabIndex={0}
      >
        <Dot colour={MESSAGE_STATUS[status].colour} />
        <span>{translate(`message_status.${status}`)}</span>
      </Stack>
    </Tooltip>
  );
}

export function Dot({ colour }: { colour: string }) {
  return <Box component="span" sx={{ width: 10, height: 10, borderRadius: "50%", bgcolor: colour, flexShrink: 0 }} />;
}
