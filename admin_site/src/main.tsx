import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { loadConfig } from "./config";
import { createServices } from "./app/services";
import { reloadOnMissingChunk } from "./app/reloadOnMissingChunk";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");

reloadOnMissingChunk();
loadConfig().then(
  (config) => createRoot(root).render(<App services={createServices(config)} />),
  // Nothing is rendered yet, and no translation is loaded.
  (error: unknown) => (root.textContent = `The site's configuration cannot be read: ${String(error)}`),
);
