import { defaultTheme } from "react-admin";
import { createTheme, type ThemeOptions } from "@mui/material/styles";

const shape: ThemeOptions = {
  ...defaultTheme,
  shape: { borderRadius: 10 },
  typography: {
    // The device's own fonts need no download and have every alphabet.
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif',
    h5: { fontWeight: 600, fontSize: "1.35rem" },
    h6: { fontWeight: 600, fontSize: "1.05rem" },
    subtitle2: { fontWeight: 600 },
    button: { textTransform: "none", fontWeight: 600 },
  },
};

const components: ThemeOptions["components"] = {
  ...defaultTheme.components,
  MuiCard: { defaultProps: { variant: "outlined" }, styleOverrides: { root: { borderRadius: 12 } } },
  MuiTableCell: { styleOverrides: { head: { fontWeight: 600, whiteSpace: "nowrap" } } },
  MuiTypography: { defaultProps: { variantMapping: { subtitle2: "p" } } },
  MuiAppBar: { defaultProps: { elevation: 0 } },
  RaListToolbar: { styleOverrides: { root: { "&.RaList-actions": { backgroundColor: "transparent" } } } },
  RaTopToolbar: { styleOverrides: { root: { "&.MuiToolbar-root": { minHeight: 0, background: "none", gap: 8 } } } },
  // Above the table inside its card, which would cut it off above itself.
  RaBulkActionsToolbar: {
    styleOverrides: {
      root: {
        "& .RaBulkActionsToolbar-toolbar": { position: "static", transform: "none", height: "auto", flexWrap: "wrap" },
        "& .RaBulkActionsToolbar-collapsed": { height: 0 },
      },
    },
  },
  // A wide table scrolls inside its card instead of the whole page.
  RaList: {
    styleOverrides: { root: { "& .RaList-main": { minWidth: 0 }, "& .RaList-content": { overflowX: "auto" } } },
  },
};

export const lightTheme = createTheme({
  ...shape,
  components,
  palette: {
    mode: "light",
    primary: { main: "#3949ab" },
    info: { main: "#0b66ad" },
    warning: { main: "#945600" },
    secondary: { main: "#3949ab" },
    background: { default: "#f5f6fa", paper: "#ffffff" },
  },
});

export const darkTheme = createTheme({
  ...shape,
  components,
  palette: {
    mode: "dark",
    primary: { main: "#9fa8da" },
    secondary: { main: "#3f4aa0" },
    background: { default: "#12141c", paper: "#1b1e29" },
  },
});
