import { Box, Tooltip } from "@mui/material";
import { useTranslate } from "react-admin";
import type { Stats } from "../../api/types";
import { useFormats } from "../../i18n/formats";
import { MESSAGE_COLOURS, MESSAGE_STATUSES } from "../statuses";

/** Messages as one bar with a part for each status; the parts add up to the audience. */
export function StatusBar({ stats, height = 10 }: { stats: Stats; height?: number }) {
  const translate = useTranslate();
  const { number } = useFormats();
  const parts = MESSAGE_STATUSES.filter((status) => stats[status] > 0);
  const words = parts.map((status) => `${translate(`message_status.${status}`)} ${number(stats[status])}`).join(", ");
  const label = translate("mailing.stats_label", { total: number(stats.total), parts: words });
  return (
    <Tooltip title={words} disableInteractive>
      <Box
        role="img"
        aria-label={label}
        sx={{ display: "flex", height, borderRadius: 1, overflow: "hidden", bgcolor: "action.hover" }}
      >
        {parts.map((status) => (
          <Box
            key={status}
            sx={{
              bgcolor: MESSAGE_COLOURS[status],
              flexGrow: stats[status],
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
