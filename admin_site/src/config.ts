/** What differs from stage to stage; written beside the built files when they are published. */
export interface Config {
  /** Where the REST API is, with `/api/v1/` at its end: a path on this host, or a whole address. */
  api_url: string;
  /** The address of Cognito's user pools API. */
  cognito_url: string;
  /** The user pool's client, which has no secret. */
  client_id: string;
}

/** Reads `config.json` from beside the page. */
export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
