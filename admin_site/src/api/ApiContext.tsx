import { createContext, useContext } from "react";
import type { Api } from "./client";

const ApiContext = createContext<Api | undefined>(undefined);
export const ApiProvider = ApiContext.Provider;

/** Return the REST API of the page, for calls that are not lists or forms of react-admin. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error("useApi was called outside of ApiProvider");
  return api;
}
