import { Box, Tooltip } from "@mui/material";
import { useTranslate } from "react-admin";
import type { MessageStatus } from "../../api/types";
import { useFormats } from "../../i18n/formats";
import { MESSAGE_STATUS, MESSAGE_STATUSES } from "../statuses";

interface Props {
  /** Number of messages by status; a status may be left out. */
  counts: Partial<Record<MessageStatus, number>>;
  height?: number;
}

/** Messages as one bar with a part for each status. */
export function StatusBar({ counts, height = 10 }: Props) {
  const translate = useTranslate();
  const { number } = useFormats();
  const parts = MESSAGE_STATUSES.map((status) => ({ status, count: counts[status] ?? 0 })).filter(
    (part) => part.count > 0,
  );
  const words = parts
    .map(({ status, count }) => `${translate(`message_status.${status}`)} ${number(count)}`)
    .join(", ");
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const label = translate("mailing.stats_label", { total: number(total), parts: words });
  return (
    <Tooltip title={words} disableInteractive>
      <Box
        role="img"
        aria-label={label}
        sx={{ display: "flex", height, borderRadius: 1, overflow: "hidden", bgcolor: "action.hover" }}
      >
        {parts.map(({ status, count }) => (
          <Box
            key={status}
            sx={{
              bgcolor: MESSAGE_STATUS[status].colour,
              flexGrow: count,
              flexBasis: 0,
              minWidth: 3,
              transition: "flex-grow .4s",
            }}
          />
        ))}
      </Box>
    </Tooltip>
  );
}
