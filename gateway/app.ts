// The whole gateway's HTTP side in one reading: limits, headers, then the routes.
import type { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Agents } from "#clients/agents.ts";
import type { Tell } from "#rpc/tell.ts";
import { bodyLimit } from "./body-limit.ts";
import { agentRoutes } from "./routes/agents.ts";
import { docsRoutes } from "./routes/docs.ts";
import { runRoutes } from "./routes/runs.ts";
import type { Runs } from "./runs.ts";

/** A larger body is answered 413. */
const maxBodyBytes = 8 << 20;

export function app(base: Hono, { runs, agents, tell }: { runs: Runs; agents: Agents; tell: Tell }): void {
  base.use("/api/*", secureHeaders({ crossOriginResourcePolicy: false }));
  base.use("/api/*", bodyLimit(maxBodyBytes));
  agentRoutes(base, agents, tell);
  runRoutes(base, runs, tell);
  docsRoutes(base);
}
