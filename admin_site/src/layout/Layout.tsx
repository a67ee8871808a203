import Dashboard from "@mui/icons-material/SpaceDashboardOutlined";
import Retention from "@mui/icons-material/AutoDeleteOutlined";
import Reports from "@mui/icons-material/QueryStatsOutlined";
import { Box } from "@mui/material";
import type { ReactNode } from "react";
import {
  AppBar,
  CheckForApplicationUpdate,
  Layout as RaLayout,
  LocalesMenuButton,
  Menu,
  TitlePortal,
  ToggleThemeButton,
  useGetIdentity,
  UserMenu,
  useTranslate,
} from "react-admin";
import { SessionGuard } from "../auth/SessionGuard";
import { OfflineBanner } from "./OfflineBanner";

function TopBar() {
  return (
    <AppBar
      userMenu={<UserButton />}
      toolbar={
        <>
          <LocalesMenuButton />
          <ToggleThemeButton />
        </>
      }
    >
      <TitlePortal component="h1" />
    </AppBar>
  );
}

function UserButton() {
  const { identity } = useGetIdentity();
  // The visible text is the button's accessible name.
  return <UserMenu label={identity?.fullName} />;
}

function SideMenu() {
  const translate = useTranslate();
  return (
    <Menu>
      <Menu.DashboardItem leftIcon={<Dashboard />} />
      <Menu.ResourceItem name="mailing" />
      <Menu.ResourceItem name="client" />
      <Menu.ResourceItem name="optout" />
      <Menu.ResourceItem name="tag" />
      <Menu.Item to="/report" primaryText={translate("report.title")} leftIcon={<Reports />} />
      <Menu.ResourceItem name="job" />
      <Menu.ResourceItem name="audit" />
      <Menu.Item to="/retention" primaryText={translate("retention.title")} leftIcon={<Retention />} />
    </Menu>
  );
}

/** Frame of every page: top bar, menu, offline banner and session guard. */
export function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <RaLayout
        appBar={TopBar}
        menu={SideMenu}
        sx={{ minWidth: 0, "& .RaLayout-content": { padding: { xs: 1, sm: 2, md: 3 }, minWidth: 0 } }}
      >
        <Box sx={{ position: "relative", minWidth: 0 }}>
          <OfflineBanner />
          <SessionGuard />
          {children}
        </Box>
        <CheckForApplicationUpdate />
      </RaLayout>
    </>
  );
}
