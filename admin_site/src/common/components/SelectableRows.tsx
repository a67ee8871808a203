import { createTheme, ThemeProvider, type Theme } from "@mui/material/styles";
import type { ReactNode } from "react";
import { useTranslate } from "react-admin";

/**
 * A table whose rows can be selected, by a screen reader too: react-admin names the frame of a row's checkbox instead
 * of the checkbox, so the frame becomes a group, which may have a name, and the checkbox gets one of its own.
 */
export function SelectableRows({ children }: { children: ReactNode }) {
  const name = useTranslate()("ra.action.select_row");
  const slotProps = { root: { role: "group" }, input: { "aria-label": name } };
  const named = (outer: Theme) =>
    createTheme({ ...outer, components: { ...outer.components, MuiCheckbox: { defaultProps: { slotProps } } } });
  return <ThemeProvider theme={named}>{children}</ThemeProvider>;
}
