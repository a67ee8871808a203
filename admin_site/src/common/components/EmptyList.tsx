import { Box, Stack, Typography } from "@mui/material";
import type { ReactNode } from "react";
import { useCanAccess, useResourceContext, useTranslate } from "react-admin";

/** Placeholder of an empty list, with its actions. */
export function EmptyList({ children }: { children?: ReactNode }) {
  const resource = useResourceContext();
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource, action: "create" });
  return (
    <Box sx={{ textAlign: "center", py: 8, px: 2, color: "text.secondary", width: "100%" }}>
      <Typography variant="h5" component="p" gutterBottom>
        {translate(`resources.${resource}.empty`)}
      </Typography>
      {canAccess && <Typography sx={{ mb: 3 }}>{translate(`resources.${resource}.invite`, { _: "" })}</Typography>}
      <Stack direction="row" spacing={2} sx={{ justifyContent: "center" }}>
        {children}
      </Stack>
    </Box>
  );
}
