import createClient, { type Client } from "openapi-fetch";
import { problemOf } from "./problem";
import type { paths } from "./schema";
import type { TokenSource } from "./tokens";

/** The REST API, typed by its document. A call gives its data, or throws an ApiProblem. */
export type Api = Client<paths>;

const RETRY_AFTER_MS = 700;
const TRANSIENT = new Set([502, 503, 504]);
const SAFE = new Set(["GET", "HEAD"]);

/** A client of the API whose calls carry a token and, where they create, a key that lets them be sent again. */
export function createApi(apiUrl: string, tokens: TokenSource): Api {
  const api = createClient<paths>({
    baseUrl: new URL(apiUrl, location.href).href.replace(/\/api\/v1\/$/, ""),
    fetch: (request) => send(request, tokens),
  });
  api.use({
    onRequest({ request }) {
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
    },
    async onResponse({ response }) {
      if (response.status >= 400) throw await problemOf(response);
    },
  });
  return api;
}

/** Sends a request with a token: once more with a new token if it was refused, and once more after a bad gateway. */
async function send(request: Request, tokens: TokenSource): Promise<Response> {
  const first = await sendOnce(request, await tokens.token());
  if (first.status === 401) return sendOnce(request, await tokens.renew());
  if (!TRANSIENT.has(first.status) || !isRepeatable(request)) return first;
  await new Promise((done) => setTimeout(done, RETRY_AFTER_MS));
  return sendOnce(request, await tokens.token());
}

function sendOnce(request: Request, token: string): Promise<Response> {
  const own = request.clone();
  own.headers.set("Authorization", `Bearer ${token}`);
  return fetch(own);
}

function isRepeatable(request: Request): boolean {
  return SAFE.has(request.method) || request.headers.has("Idempotency-Key");
}
