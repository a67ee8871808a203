import { describe, expect, it } from "vitest";
import { SignedOut } from "../../src/api/tokens";
import { CognitoError, type Cognito, type Tokens } from "../../src/auth/cognito";
import { Session } from "../../src/auth/session";

const NOW = 1_800_000_000;

function token(seconds: number, groups: string[] = ["operator"]): string {
  const claims = { sub: "1", exp: NOW + seconds, email: "ann@example.com", "cognito:groups": groups };
  return `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
}

class MemoryStorage implements Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
}

function session(refresh: () => Promise<Tokens>) {
  const calls: string[] = [];
  const cognito = {
    refresh: (given: string) => (calls.push(given), refresh()),
    revoke: () => Promise.reject(new TypeError("no network")),
  } as unknown as Cognito;
  return { calls, session: new Session(cognito, new MemoryStorage() as unknown as Storage, () => NOW * 1000) };
}

const fresh = () => Promise.resolve({ id: token(3600), refresh: "r" });

describe("a session", () => {
  it("gives its token as long as it is good", async () => {
    const { session: one, calls } = session(fresh);
    one.start({ id: token(120), refresh: "r" });
    expect(await one.token()).toBe(token(120));
    expect(calls).toEqual([]);
  });

  it("renews it in time, once for all who ask", async () => {
    const { session: one, calls } = session(fresh);
    one.start({ id: token(30), refresh: "r" });
    expect(await Promise.all([one.token(), one.token()])).toEqual([token(3600), token(3600)]);
    expect(calls).toEqual(["r"]);
  });

  it("is over when the refresh token is refused", async () => {
    const { session: one } = session(() => Promise.reject(new CognitoError("NotAuthorized", "revoked")));
    one.start({ id: token(0), refresh: "r" });
    await expect(one.token()).rejects.toThrow(SignedOut);
    expect(one.user()).toBeUndefined();
  });

  it("survives a network that is away", async () => {
    const { session: one } = session(() => Promise.reject(new TypeError("Failed to fetch")));
    one.start({ id: token(0), refresh: "r" });
    await expect(one.token()).rejects.toThrow(TypeError);
    expect(one.user()?.email).toBe("ann@example.com");
  });

  it("ends here even if the token cannot be revoked", async () => {
    const { session: one } = session(fresh);
    one.start({ id: token(3600), refresh: "r" });
    await one.end();
    await expect(one.token()).rejects.toThrow(SignedOut);
  });
});
