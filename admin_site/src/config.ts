/** Settings that differ between stages; publishing the site writes them to `config.json`. */
export interface Config {
  /** Address of the REST API ending in `/api/v1/`: a path on this host or a full URL. */
  api_url: string;
  /** URL of Cognito's user pools API. */
  cognito_url: string;
  /** User pool client without a secret. */
  client_id: string;
}

/** Load `config.json` from the site's host. */
export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
