import type { AuthProvider } from "react-admin";
import { SignedOut } from "../api/tokens";
import type { Cognito, NewPasswordRequired } from "./cognito";
import { isAllowed } from "./roles";
import type { Session } from "./session";

/** Input of the sign-in page: a password, or a new password that Cognito asked for. */
export type Credentials =
  { username: string; password: string } | { challenge: NewPasswordRequired; newPassword: string };

/** Create react-admin's auth provider over the session: identity, role and access. */
export function createAuthProvider(cognito: Cognito, session: Session): AuthProvider {
  const signedIn = () => session.user() ?? Promise.reject(new SignedOut());
  return {
    async login(given: Credentials) {
      const tokens =
        "challenge" in given
          ? await cognito.choosePassword(given.challenge, given.newPassword)
          : await cognito.signIn(given.username, given.password);
      session.start(tokens);
    },
    logout: () => session.end(),
    async checkAuth() {
      await signedIn();
    },
    checkError: (error: unknown) =>
      error instanceof SignedOut || (error as { status?: number } | null)?.status === 401
        ? Promise.reject(new SignedOut())
        : Promise.resolve(),
    async getIdentity() {
      const person = await signedIn();
      return { id: person.id, fullName: person.email };
    },
    getPermissions: () => Promise.resolve(session.user()?.role),
    canAccess: ({ action, resource }) => Promise.resolve(isAllowed(session.user()?.role, action, resource)),
  };
}
