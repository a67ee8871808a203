import createClient, { type Client } from "openapi-fetch";
import { problemOf, type ProblemWords } from "./problem";
import type { paths } from "./schema";
import type { TokenSource } from "./tokens";

/** REST API client, typed by the OpenAPI document. A call returns data or throws ApiProblem. */
export type Api = Client<paths>;

const RETRY_AFTER_MS = 700;
const TRANSIENT = new Set([502, 503, 504]);
const SAFE = new Set(["GET", "HEAD"]);

/** Create an API client that adds the token, and an idempotency key to every POST. Its errors speak in `words`. */
export function createApi(apiUrl: string, tokens: TokenSource, words: ProblemWords): Api {
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
      if (response.status >= 400) throw await problemOf(response, words);
    },
  });
  return api;
}

/** Send a request with a token. Retry once with a new token after 401, and once after a gateway error if it is safe. */
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
