// The pages every process has beside its rpcs: /health, /ready and /metrics.

import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import { problemOf, problemType } from "#rpc/problem.ts";
import { requestIdOf } from "#rpc/request-id.ts";
import type { Tell } from "#rpc/tell.ts";
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
  /** What callers are told of errors. */
  tell: Tell;
}

export function pages({ name, ready, metrics, isDraining, tell }: PagesOptions): Hono {
  const app = new Hono();
  app.get("/health", (c) => c.json({ status: "ok", service: name, version }));
  app.get("/ready", async (c) => {
    if (isDraining()) return c.json({ status: "draining", service: name, version }, 503);
    const { ready: isReady, details } = await ready();
    return c.json({ status: isReady ? "ready" : "not ready", service: name, version, ...details }, isReady ? 200 : 503);
  });
  app.get("/metrics", async (c) => c.text(await metrics.page(), 200, { "content-type": pageType }));
  app.notFound((c) => problem(c, failure(Reason.NOT_FOUND, `there is nothing at ${c.req.method} ${c.req.path}`)));
  app.onError((error, c) => {
    if (c.req.raw.signal.aborted) return problem(c, failure(Reason.CANCELED, "the caller has left"));
    return problem(c, tell({ requestId: idOf(c), method: `${c.req.method} ${c.req.path}`, error }));
  });
  return app;
}

function problem(c: Context, error: ConnectError): Response {
  const told = problemOf(error, idOf(c));
  return c.body(JSON.stringify(told), told.status as 500, { "content-type": problemType });
}

/** The request's id, as it stands on the answer. */
export function idOf(c: Context): string {
  // Absent when the app is called without a socket.
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming === undefined ? "" : requestIdOf(incoming);
}
