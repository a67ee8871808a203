import { Alert, Box, Button, Card, Stack, TextField, Typography } from "@mui/material";
import { useState, type SubmitEvent } from "react";
import { LocalesMenuButton, Notification, ToggleThemeButton, useLogin, useTranslate } from "react-admin";
import type { Credentials } from "./authProvider";
import { CognitoError, NewPasswordRequired } from "./cognito";

/** Cognito's exceptions that have a message of their own. */
const REASONS = new Set([
  "NotAuthorized",
  "UserNotFound",
  "PasswordResetRequired",
  "InvalidPassword",
  "UserNotConfirmed",
  "TooManyRequests",
  "LimitExceeded",
]);

/** Sign-in page: password, and a new password where Cognito asks for one. */
export function LoginPage() {
  const translate = useTranslate();
  const [challenge, setChallenge] = useState<NewPasswordRequired>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const login = useLogin();

  const submit = (credentials: Credentials) => {
    setBusy(true);
    setError(undefined);
    login(credentials)
      .catch((reason: unknown) => {
        if (reason instanceof NewPasswordRequired) setChallenge(reason);
        else setError(translate(`auth.error.${nameOf(reason)}`));
      })
      .finally(() => setBusy(false));
  };

  return (
    <Box
      component="main"
      sx={{ minHeight: "100dvh", display: "grid", placeItems: "center", p: 2, bgcolor: "background.default" }}
    >
      <Box sx={{ position: "absolute", top: 8, right: 8, color: "text.secondary" }}>
        <LocalesMenuButton />
        <ToggleThemeButton />
      </Box>
      <Card sx={{ width: "100%", maxWidth: 400, p: 4 }}>
        <Stack spacing={1} sx={{ mb: 3, alignItems: "center" }}>
          <img src="/icon.svg" alt="" width={48} height={48} />
          <Typography variant="h5" component="h1">
            {translate("app.name")}
          </Typography>
          <Typography color="textSecondary" sx={{ textAlign: "center" }}>
            {translate(challenge ? "auth.choose_password" : "auth.welcome")}
          </Typography>
        </Stack>
        {error && (
          <Alert severity="error" sx={{ mb: 2 }}>
            {error}
          </Alert>
        )}
        {challenge ? (
          <NewPasswordForm busy={busy} onSubmit={(newPassword) => submit({ challenge, newPassword })} />
        ) : (
          <PasswordForm busy={busy} onSubmit={submit} />
        )}
      </Card>
      <Notification />
    </Box>
  );
}

function nameOf(reason: unknown): string {
  if (!(reason instanceof CognitoError)) return "Network";
  return REASONS.has(reason.reason) ? reason.reason : "Other";
}

function PasswordForm({ busy, onSubmit }: { busy: boolean; onSubmit: (given: Credentials) => void }) {
  const translate = useTranslate();
  return (
    <Form
      busy={busy}
      action={translate("ra.auth.sign_in")}
      onSubmit={(data) => onSubmit({ username: text(data, "email").trim(), password: text(data, "password") })}
    >
      <TextField
        name="email"
        label={translate("auth.email")}
        type="email"
        autoComplete="username"
        autoFocus
        required
        fullWidth
      />
      <TextField
        name="password"
        label={translate("ra.auth.password")}
        type="password"
        autoComplete="current-password"
        required
        fullWidth
      />
    </Form>
  );
}

function NewPasswordForm({ busy, onSubmit }: { busy: boolean; onSubmit: (password: string) => void }) {
  const translate = useTranslate();
  return (
    <Form busy={busy} action={translate("ra.action.save")} onSubmit={(data) => onSubmit(text(data, "password"))}>
      <TextField
        name="password"
        label={translate("auth.new_password")}
        helperText={translate("auth.password_rule")}
        type="password"
        autoComplete="new-password"
        slotProps={{ htmlInput: { minLength: 12 } }}
        autoFocus
        required
        fullWidth
      />
    </Form>
  );
}

interface FormProps {
  busy: boolean;
  action: string;
  onSubmit: (data: FormData) => void;
  children: React.ReactNode;
}

function Form({ busy, action, onSubmit, children }: FormProps) {
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Stack component="form" spacing={2} onSubmit={submit}>
      {children}
      <Button type="submit" variant="contained" size="large" loading={busy}>
        {action}
      </Button>
    </Stack>
  );
}

function text(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value : "";
}
