import { Card, CardContent, Typography } from "@mui/material";
import type { ReactNode } from "react";

/** Card with a heading. */
export function Section({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Card component="section" aria-label={title}>
      <CardContent>
        <Typography variant="h6" component="h2" gutterBottom sx={{ display: "flex", justifyContent: "space-between" }}>
          {title}
          {action}
        </Typography>
        {children}
      </CardContent>
    </Card>
  );
}
