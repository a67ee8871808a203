import { SignedOut, type TokenSource } from "../api/tokens";
import type { Role } from "../api/types";
import { CognitoError, type Cognito, type Tokens } from "./cognito";
import { highestRole } from "./roles";

/** Signed-in user, as the ID token states. */
export interface User {
  id: string;
  email: string;
  role: Role | undefined;
}

const KEY = "session";
/** Renewal before expiry, so that no token expires on its way to the API. */
const RENEW_SECONDS_BEFORE_EXPIRY = 60;

/**
 * Tokens of the signed-in user: stored across reloads, shared by tabs, renewed before they expire.
 */
export class Session implements TokenSource {
  private renewal: Promise<Tokens> | undefined;

  constructor(
    private readonly cognito: Cognito,
    private readonly storage: Storage = localStorage,
    private readonly now: () => number = Date.now,
  ) {}

  start(tokens: Tokens): void {
    this.storage.setItem(KEY, JSON.stringify(tokens));
  }

  /** Return the signed-in user, or undefined if nobody is signed in. */
  user(): User | undefined {
    const tokens = this.stored();
    if (!tokens) return undefined;
    const claims = claimsOf(tokens.id);
    return { id: claims.sub, email: claims.email ?? claims.sub, role: highestRole(claims["cognito:groups"] ?? []) };
  }

  /** Return a valid token, or throw SignedOut. */
  async token(): Promise<string> {
    const tokens = this.stored();
    if (!tokens) throw new SignedOut();
    const left = claimsOf(tokens.id).exp - this.now() / 1000;
    return left > RENEW_SECONDS_BEFORE_EXPIRY ? tokens.id : this.renew();
  }

  /** Renew the token; concurrent calls share one renewal. */
  async renew(): Promise<string> {
    const tokens = this.stored();
    if (!tokens) throw new SignedOut();
    this.renewal ??= this.cognito.refresh(tokens.refresh).finally(() => (this.renewal = undefined));
    try {
      const fresh = await this.renewal;
      // The user may have signed out in another tab in the meantime.
      if (this.stored()) this.start(fresh);
      return fresh.id;
    } catch (error) {
      // A network failure says nothing about the session.
      if (!(error instanceof CognitoError)) throw error;
      this.storage.removeItem(KEY);
      throw new SignedOut();
    }
  }

  async end(): Promise<void> {
    const tokens = this.stored();
    this.storage.removeItem(KEY);
    // A token that cannot be revoked expires by itself; the user is signed out here in any case.
    if (tokens) await this.cognito.revoke(tokens.refresh).catch(() => undefined);
  }

  private stored(): Tokens | undefined {
    const kept = this.storage.getItem(KEY);
    return kept ? (JSON.parse(kept) as Tokens) : undefined;
  }
}

interface Claims {
  sub: string;
  exp: number;
  email?: string;
  "cognito:groups"?: string[];
}

function claimsOf(token: string): Claims {
  const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
}
