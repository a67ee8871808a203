import { Alert, Button } from "@mui/material";
import { useTranslate } from "react-admin";

/** That something could not be loaded, why, and the way to try again. */
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
      {translate("app.failed", { reason: translate(error.message) })}
    </Alert>
  );
}
