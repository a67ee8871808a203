/** Source of the token that each call of the API carries. */
export interface TokenSource {
  /** Return a token that stays valid for the next call, or throw SignedOut. */
  token(): Promise<string>;
  /** Return a new token, or throw SignedOut. */
  renew(): Promise<string>;
}

/** Nobody is signed in, or the session has ended. */
export class SignedOut extends Error {
  constructor() {
    super("signed out");
    this.name = "SignedOut";
  }
}
