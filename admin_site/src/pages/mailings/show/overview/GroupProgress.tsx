import { Box, Stack, Typography } from "@mui/material";
import type { MailingStatistics } from "../../../../api/types";
import { useFormats } from "../../../../i18n/formats";
import { StatusBar } from "../../../../common/mailings/StatusBar";

type Group = Omit<MailingStatistics["by_timezone"][number], "timezone">;

/** Status bar of a part of the audience; messages that have not ended count as pending. */
export function GroupProgress({ group }: { group: Group }) {
  const { number } = useFormats();
  const { open, ...ended } = group;
  return (
    <Stack direction="row" spacing={1} sx={{ alignItems: "center" }}>
      <Box sx={{ flexGrow: 1 }}>
        <StatusBar counts={{ ...ended, pending: open }} height={8} />
      </Box>
      <Typography
        variant="caption"
        color="textSecondary"
        sx={{ minWidth: 88, textAlign: "right", fontVariantNumeric: "tabular-nums" }}
      >
        {number(group.total - open)} / {number(group.total)}
      </Typography>
    </Stack>
  );
}
