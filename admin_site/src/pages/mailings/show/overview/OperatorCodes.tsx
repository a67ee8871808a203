import { Box, Button, Stack, Typography } from "@mui/material";
import { useState } from "react";
import { useTranslate } from "react-admin";
import type { MailingStatistics } from "../../../../api/types";
import { codeLabel } from "../../../../common/operatorCodes";
import { GroupProgress } from "./GroupProgress";

const SHOWN = 10;

/** Progress by operator code, the largest first. */
export function OperatorCodes({ groups }: { groups: MailingStatistics["by_operator_code"] }) {
  const translate = useTranslate();
  const [all, setAll] = useState(false);
  const sorted = groups.toSorted((one, other) => other.total - one.total);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return (
    <Stack spacing={0.75}>
      {shown.map((group) => (
        <Stack key={group.operator_code} direction="row" spacing={1.5} sx={{ alignItems: "center" }}>
          <Typography variant="body2" sx={{ width: 40, fontVariantNumeric: "tabular-nums" }}>
            {codeLabel(group.operator_code, translate)}
          </Typography>
          <Box sx={{ flexGrow: 1 }}>
            <GroupProgress group={group} />
          </Box>
        </Stack>
      ))}
      {sorted.length > shown.length && (
        <Button size="small" onClick={() => setAll(true)} sx={{ alignSelf: "flex-start" }}>
          {translate("app.more", { smart_count: sorted.length - shown.length })}
        </Button>
      )}
    </Stack>
  );
}
