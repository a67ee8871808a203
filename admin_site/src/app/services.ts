import type { AuthProvider, DataProvider, I18nProvider } from "react-admin";
import { createApi, type Api } from "../api/client";
import { createDataProvider } from "../api/dataProvider";
import { createAuthProvider } from "../auth/authProvider";
import { Cognito } from "../auth/cognito";
import { Session } from "../auth/session";
import type { Config } from "../config";
import { createI18nProvider, problemWords } from "../i18n";

/** The REST API and react-admin's providers. */
export interface Services {
  api: Api;
  authProvider: AuthProvider;
  dataProvider: DataProvider;
  i18nProvider: I18nProvider;
}

/** Wire the services of a stage. */
export function createServices(config: Config): Services {
  const cognito = new Cognito(config.cognito_url, config.client_id);
  const session = new Session(cognito);
  const i18nProvider = createI18nProvider();
  const api = createApi(config.api_url, session, problemWords(i18nProvider));
  return {
    api,
    authProvider: createAuthProvider(cognito, session),
    dataProvider: createDataProvider(api),
    i18nProvider,
  };
}
