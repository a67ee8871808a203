import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

interface Stack {
  api_url: string;
  aws_endpoint_url: string;
  user_pool_client_id: string;
}

/** Read the addresses of the running local stack; `make up` writes the file. */
function localStack(): Stack {
  const file = process.env["STACK_JSON"] ?? "../.local/stack.json";
  return JSON.parse(readFileSync(file, "utf8")) as Stack;
}

/** Serve a `config.json` of the local stack to the development server. */
function localConfig(stack: () => Stack): Plugin {
  return {
    name: "local-config",
    configureServer(server) {
      server.middlewares.use("/config.json", (_request, response) => {
        const { aws_endpoint_url, user_pool_client_id } = stack();
        response.setHeader("Content-Type", "application/json");
        response.end(
          JSON.stringify({ api_url: "/api/v1/", cognito_url: aws_endpoint_url, client_id: user_pool_client_id }),
        );
      });
    },
  };
}

export default defineConfig(({ command }) => ({
  plugins: [react(), localConfig(localStack)],
  build: { target: "es2024", sourcemap: false, chunkSizeWarningLimit: 1200 },
  ...(command === "serve" && !process.env["VITEST"]
    ? { server: { proxy: { "/api": proxy(localStack().api_url) } } }
    : {}),
}));

function proxy(apiUrl: string) {
  const url = new URL(apiUrl);
  const root = url.pathname.replace(/\/api\/v1\/$/, "");
  return { target: url.origin, changeOrigin: true, rewrite: (path: string) => root + path };
}
