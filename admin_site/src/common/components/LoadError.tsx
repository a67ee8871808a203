import { Alert, Button } from "@mui/material";
import { useTranslate } from "react-admin";

/** Error message with its reason and a button to retry. */
export function LoadError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const translate = useTranslate();
  return (
    <Alert
      severity="error"
      sx={{ mt: 2 }}
      action={
        <Button color="inherit" size="small" onClick={onRetry}>
          {translate("app.retry")}
        </Button>
      }
    >
      {translate("app.failed", { reason: error.message })}
    </Alert>
  );
}
