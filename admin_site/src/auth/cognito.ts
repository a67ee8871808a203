/** Client of Cognito's user pools API: sign-in, new password, renewal, revocation. */

export interface Tokens {
  id: string;
  refresh: string;
}

/** Refusal by Cognito. `reason` is the exception's name without the suffix `Exception`. */
export class CognitoError extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = "CognitoError";
  }
}

/** Challenge after a correct temporary password: the user has to choose a new one. */
export class NewPasswordRequired extends Error {
  constructor(
    readonly username: string,
    readonly session: string,
  ) {
    super("a new password is required");
    this.name = "NewPasswordRequired";
  }
}

interface Answer {
  AuthenticationResult?: { IdToken: string; RefreshToken?: string };
  ChallengeName?: string;
  Session?: string;
  ChallengeParameters?: { USER_ID_FOR_SRP?: string };
}

export class Cognito {
  constructor(
    private readonly url: string,
    private readonly clientId: string,
  ) {}

  /** Sign in with a password, or throw NewPasswordRequired or CognitoError. */
  async signIn(username: string, password: string): Promise<Tokens> {
    const answer = await this.call<Answer>("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: username, PASSWORD: password },
    });
    if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED") {
      throw new NewPasswordRequired(answer.ChallengeParameters?.USER_ID_FOR_SRP ?? username, answer.Session ?? "");
    }
    return tokensOf(answer);
  }

  /** Answer the challenge of NewPasswordRequired. */
  async choosePassword(challenge: NewPasswordRequired, password: string): Promise<Tokens> {
    const answer = await this.call<Answer>("RespondToAuthChallenge", {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: challenge.session,
      ChallengeResponses: { USERNAME: challenge.username, NEW_PASSWORD: password },
    });
    return tokensOf(answer);
  }

  /** Get new tokens. The refresh token stays the same unless Cognito rotates it. */
  async refresh(refresh: string): Promise<Tokens> {
    const answer = await this.call<Answer>("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: refresh },
    });
    return tokensOf(answer, refresh);
  }

  /** Revoke a refresh token. */
  async revoke(refresh: string): Promise<void> {
    await this.call("RevokeToken", { Token: refresh });
  }

  private async call<T>(operation: string, body: object): Promise<T> {
    const answer = await fetch(this.url, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ ClientId: this.clientId, ...body }),
    });
    const said = (await answer.json().catch(() => ({}))) as { __type?: string; message?: string };
    if (answer.ok) return said as T;
    // `__type` may start with a namespace.
    const name = said.__type?.split("#").pop() ?? `Http${answer.status}`;
    throw new CognitoError(name.replace(/Exception$/, ""), said.message ?? name);
  }
}

function tokensOf(answer: Answer, refresh = ""): Tokens {
  const result = answer.AuthenticationResult;
  // Cognito asks for other factors like this; the template's user pool has none.
  if (!result) throw new CognitoError(answer.ChallengeName ?? "NoTokens", answer.ChallengeName ?? "no tokens");
  return { id: result.IdToken, refresh: result.RefreshToken ?? refresh };
}
