import type { useTranslate } from "react-admin";

/** The API's word for clients without an operator code. */
export const NO_CODE = "none";

/** Return an operator code as people read it. */
export function codeLabel(code: string, translate: ReturnType<typeof useTranslate>): string {
  return code === NO_CODE ? translate("app.none") : code;
}
