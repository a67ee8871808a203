import type { AuthProvider, DataProvider } from "react-admin";
import { createApi, type Api } from "../api/client";
import { createDataProvider } from "../api/dataProvider";
import { createAuthProvider } from "../auth/authProvider";
import { Cognito } from "../auth/cognito";
import { Session } from "../auth/session";
import type { Config } from "../config";

/** The REST API and react-admin's two providers over it. */
export interface Services {
  api: Api;
  authProvider: AuthProvider;
  dataProvider: DataProvider;
}

/** Wire the services of a stage. */
export function createServices(config: Config): Services {
  const cognito = new Cognito(config.cognito_url, config.client_id);
  const session = new Session(cognito);
  const api = createApi(config.api_url, session);
  return { api, authProvider: createAuthProvider(cognito, session), dataProvider: createDataProvider(api) };
}
