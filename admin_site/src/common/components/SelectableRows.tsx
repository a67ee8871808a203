import { createTheme, ThemeProvider, type Theme } from "@mui/material/styles";
import type { ReactNode } from "react";
import { useTranslate } from "react-admin";

/**
 * Name the row checkboxes of a table for screen readers. react-admin labels the element around a checkbox, which may
 * only have a name as a group, and leaves the checkbox itself without one.
 */
export function SelectableRows({ children }: { children: ReactNode }) {
  const name = useTranslate()("ra.action.select_row");
  const slotProps = { root: { role: "group" }, input: { "aria-label": name } };
  const named = (outer: Theme) =>
    createTheme({ ...outer, components: { ...outer.components, MuiCheckbox: { defaultProps: { slotProps } } } });
  return <ThemeProvider theme={named}>{children}</ThemeProvider>;
}
