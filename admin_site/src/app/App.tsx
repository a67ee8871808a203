import OptOuts from "@mui/icons-material/DoNotDisturbOnOutlined";
import Audit from "@mui/icons-material/HistoryOutlined";
import Jobs from "@mui/icons-material/PendingActionsOutlined";
import Clients from "@mui/icons-material/PeopleOutlined";
import Mailings from "@mui/icons-material/SendOutlined";
import Tags from "@mui/icons-material/SellOutlined";
import { lazy } from "react";
import { Admin, Authenticated, CustomRoutes, localStorageStore, Resource } from "react-admin";
import { BrowserRouter, Route } from "react-router-dom";
import { ApiProvider } from "../api/ApiContext";
import { createQueryClient } from "../api/queryClient";
import type { Client, Mailing, Tag } from "../api/types";
import { LoginPage } from "../auth/LoginPage";
import { Layout } from "../layout/Layout";
import { darkTheme, lightTheme } from "../layout/themes";
import type { Services } from "./services";

// Pages are loaded on their first visit.
const Dashboard = lazy(() => import("../pages/dashboard/Dashboard"));
const MailingList = lazy(() => import("../pages/mailings/list/MailingList"));
const MailingShow = lazy(() => import("../pages/mailings/show/MailingShow"));
const MailingCreate = lazy(() => import("../pages/mailings/form/MailingCreate"));
const MailingEdit = lazy(() => import("../pages/mailings/form/MailingEdit"));
const ClientList = lazy(() => import("../pages/clients/ClientList"));
const ClientShow = lazy(() => import("../pages/clients/show/ClientShow"));
const ClientCreate = lazy(() => import("../pages/clients/form/ClientCreate"));
const ClientEdit = lazy(() => import("../pages/clients/form/ClientEdit"));
const ClientImport = lazy(() => import("../pages/clients/import/ClientImport"));
const OptOutList = lazy(() => import("../pages/optOuts/OptOutList"));
const OptOutImport = lazy(() => import("../pages/optOuts/import/OptOutImport"));
const TagList = lazy(() => import("../pages/tags/TagList"));
const JobList = lazy(() => import("../pages/jobs/JobList"));
const AuditList = lazy(() => import("../pages/audit/AuditList"));
const Retention = lazy(() => import("../pages/retention/Retention"));
const Reports = lazy(() => import("../pages/reports/Reports"));

const store = localStorageStore(undefined, "admin");
const queryClient = createQueryClient();

/** The whole site: pages, routes, themes and providers. */
export function App({ services }: { services: Services }) {
  return (
    <ApiProvider value={services.api}>
      {/* With transitions the redirect to the sign-in page is dropped and asked for again, without end. */}
      <BrowserRouter useTransitions={false}>
        <Admin
          authProvider={services.authProvider}
          dataProvider={services.dataProvider}
          i18nProvider={services.i18nProvider}
          store={store}
          queryClient={queryClient}
          layout={Layout}
          loginPage={LoginPage}
          dashboard={Dashboard}
          lightTheme={lightTheme}
          darkTheme={darkTheme}
          requireAuth
          disableTelemetry
        >
          <Resource
            name="mailing"
            icon={Mailings}
            list={MailingList}
            show={MailingShow}
            create={MailingCreate}
            edit={MailingEdit}
            recordRepresentation={(mailing: Mailing) => `#${mailing.id}`}
          />
          <Resource
            name="client"
            icon={Clients}
            list={ClientList}
            show={ClientShow}
            create={ClientCreate}
            edit={ClientEdit}
            recordRepresentation={(client: Client) => client.phone}
          />
          <Resource name="optout" icon={OptOuts} list={OptOutList} />
          <Resource name="tag" icon={Tags} list={TagList} recordRepresentation={(tag: Tag) => tag.name} />
          <Resource name="job" icon={Jobs} list={JobList} />
          <Resource name="audit" icon={Audit} list={AuditList} />
          <CustomRoutes>
            <Route
              path="/client/import"
              element={
                <Authenticated>
                  <ClientImport />
                </Authenticated>
              }
            />
            <Route
              path="/optout/import"
              element={
                <Authenticated>
                  <OptOutImport />
                </Authenticated>
              }
            />
            <Route
              path="/retention"
              element={
                <Authenticated>
                  <Retention />
                </Authenticated>
              }
            />
            <Route
              path="/report"
              element={
                <Authenticated>
                  <Reports />
                </Authenticated>
              }
            />
          </CustomRoutes>
        </Admin>
      </BrowserRouter>
    </ApiProvider>
  );
}
