// The pages every process has beside its rpcs: /health, /ready and /metrics.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { problemOf, problemType } from "#rpc/problem.ts";
import { type Metrics, pageType } from "#telemetry/metrics.ts";
import { version } from "./version.ts";

export interface Readiness {
  ready: boolean;
  /** What is shown, such as the engine or each agent's state. */
  details?: Record<string, unknown>;
}

export interface PagesOptions {
  name: string;
  ready: () => Promise<Readiness>;
  metrics: Metrics;
  isDraining: () => boolean;
}

export function pages({ name, ready, metrics, isDraining }: PagesOptions): Hono {
  const app = new Hono<{ Bindings: HttpBindings }>() as unknown as Hono;
  app.get("/health", (c) => c.json({ status: "ok", service: name, version }));
  app.get("/ready", async (c) => {
    if (isDraining()) return c.json({ status: "draining", service: name, version }, 503);
    const { ready: isReady, details } = await ready();
    return c.json({ status: isReady ? "ready" : "not ready", service: name, version, ...details }, isReady ? 200 : 503);
  });
  app.get("/metrics", async (c) => c.text(await metrics.page(), 200, { "content-type": pageType }));
  app.notFound((c) => {
    const problem = problemOf(failure(Reason.NOT_FOUND, `there is nothing at ${c.req.method} ${c.req.path}`));
    return c.json(problem, 404, { "content-type": problemType });
  });
  app.onError((error, c) => {
    const known = error instanceof ConnectError;
    const problem = problemOf(known ? error : failure(Reason.INTERNAL, "internal error"));
    return c.json(problem, problem.status as 500, { "content-type": problemType });
  });
  return app;
}
