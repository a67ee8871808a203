import { createContext, useContext } from "react";
import type { AuthProvider, DataProvider } from "react-admin";
import { createApi, type Api } from "../api/client";
import { createDataProvider } from "../api/dataProvider";
import { createAuthProvider } from "../auth/authProvider";
import { Cognito } from "../auth/cognito";
import { Session } from "../auth/session";
import type { Config } from "../config";

/** What the pages work with, wired once. */
export interface Services {
  api: Api;
  authProvider: AuthProvider;
  dataProvider: DataProvider;
}

export function createServices(config: Config): Services {
  const cognito = new Cognito(config.cognito_url, config.client_id);
  const session = new Session(cognito);
  const api = createApi(config.api_url, session);
  return { api, authProvider: createAuthProvider(cognito, session), dataProvider: createDataProvider(api) };
}

const ServicesContext = createContext<Services | undefined>(undefined);
export const ServicesProvider = ServicesContext.Provider;

/** The REST API, for what is no list and no form. */
export function useApi(): Api {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("useApi outside of ServicesProvider");
  return services.api;
}
