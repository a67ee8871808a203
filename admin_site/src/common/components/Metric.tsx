import { Box, Typography } from "@mui/material";

interface Props {
  name: string;
  value: string;
  note?: string | undefined;
  bad?: boolean;
}

/** Number with its name above and a note below. */
export function Metric({ name, value, note, bad = false }: Props) {
  return (
    <Box>
      <Typography variant="body2" color="textSecondary">
        {name}
      </Typography>
      <Typography
        variant="h5"
        component="p"
        color={bad ? "error" : "textPrimary"}
        sx={{ fontVariantNumeric: "tabular-nums" }}
      >
        {value}
      </Typography>
      {note && (
        <Typography variant="caption" color="textSecondary">
          {note}
        </Typography>
      )}
    </Box>
  );
}
