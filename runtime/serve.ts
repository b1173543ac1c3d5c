// How a process is put together: one port, THE ORDER of the server's interceptors, health, readiness, metrics, drain.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { type ConcurrencyLimitOptions, concurrencyLimit } from "#resilience/server/concurrency-limit.ts";
import type { Rpc } from "#rpc/client.ts";
import { type DeadlineOptions, deadlineDefaults } from "#rpc/deadline.ts";
import { health, healthState } from "#rpc/health.ts";
import { type Listener, listen, type NodeHandler, type NodeResponse } from "#rpc/listen.ts";
import { knownHosts, knownOrigins, type OriginOptions } from "#rpc/origin.ts";
import { reflection } from "#rpc/reflection.ts";
import { requestIdOf, stampRequestId } from "#rpc/request-id.ts";
import { reveal } from "#rpc/reveal.ts";
import { server } from "#rpc/server.ts";
import { type Tell, teller } from "#rpc/tell.ts";
import { validate, warmUp } from "#rpc/validate.ts";
import type { Log } from "#telemetry/log.ts";
import type { Metrics } from "#telemetry/metrics.ts";
import { observe } from "#telemetry/observe.ts";
import { showLimit } from "./limit-metrics.ts";
import { pages, type Readiness } from "./pages.ts";

export interface ServeOptions {
  /** The process's name: claude, gemini, codex or gateway. */
  name: string;
  host: string;
  port: number;
  services: readonly DescService[];
  routes: (router: ConnectRouter, draining: AbortSignal) => void;
  /** Interceptors of this process, innermost. */
  interceptors?: readonly Interceptor[];
  /** Adds the process's own HTTP routes beside /health, /ready and /metrics. */
  http?: (app: Hono, tell: Tell) => void;
  ready: () => Promise<Readiness>;
  /** Streams without a natural end, beside health and reflection. */
  unbounded?: readonly DescMethod[];
  /** "stock" answers everything with Connect's own handlers. */
  rpc?: Rpc;
  origin?: Partial<OriginOptions>;
  deadlines?: Partial<Pick<DeadlineOptions, "defaultMs" | "maxMs">>;
  /** How much is taken at a time; false for all that comes. */
  limit?: Partial<ConcurrencyLimitOptions> | false;
  /** How long health says NOT_SERVING before new calls are refused. */
  drainDelayMs?: number;
  log: Log;
  metrics: Metrics;
  clock?: Clock;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  /** Takes the process out of service; resolves when the last call has ended or was cut, at most 25 s later. */
  drain(): Promise<void>;
}

/** Messages larger than this are refused. */
const maxMessageBytes = 8 << 20;
/**
 * Agents wait for models rather than work, and a model that is slow today is no overload: from here the limit only rises.
 * CRITICAL calls, which is what says nothing else, have nine tenths of it.
 */
const limits = { initialLimit: 100, minLimit: 100 };

/** When calls that are still under way are told to end, and when they are cut (from the beginning of the drain). */
const tellAfterMs = 20_000;
const cutAfterMs = 25_000;

/** Serves until drained; rejects when it can't listen. */
export async function serve(options: ServeOptions): Promise<Served> {
  const { name, host, port, services, log, metrics, clock = systemClock } = options;
  const draining = new AbortController();
  const shutdown = new AbortController();
  const state = healthState(true);
  const endless = new Set<DescMethod>([Health.method.watch, ...(options.unbounded ?? [])]);

  const isEndless = (method: DescMethod) => endless.has(method) || isReflection(method);
  const isExempt = (method: DescMethod) => method.parent.typeName === Health.typeName || isEndless(method);
  const limit =
    options.limit === false
      ? undefined
      : concurrencyLimit({ agent: name, clock, ...limits, ...options.limit, isExempt });
  if (limit) showLimit(limit, metrics.meter);

  const tell = teller(name, (defect) => log.error(defect, "a handler failed"));
  const app = pages({ name, ready: options.ready, metrics, isDraining: () => !state.serving, tell });
  options.http?.(app, tell);
  const origin = { hosts: [host], origins: [], ...options.origin };
  const { handler: answer, streams } = server({
    ...(options.rpc === undefined ? {} : { rpc: options.rpc }),
    agent: name,
    isKnownHost: knownHosts(origin),
    // around all the interceptors: it ends a call whatever they and the handler do
    deadlines: {
      ...deadlineDefaults,
      ...options.deadlines,
      unbounded: isEndless,
    },
    clock,
    routes(router) {
      health(router, services, state);
      reflection(router, [...services, Health]);
      options.routes(router, draining.signal);
    },
    interceptors: [
      // sees what the caller sees, to the end of the stream
      observe({ meter: metrics.meter, clock }),
      // outside all that can fail, so that no error leaves without its reason or with a secret
      reveal(tell),
      // before any work: a process that leaves takes nothing new
      refuseWhile(draining.signal, name),
      // before all that costs, so that a refusal is cheap; inside the drain gate, whose refusals are no load
      ...(limit ? [limit.interceptor] : []),
      // before anything is remembered or done
      validate(),
      ...(options.interceptors ?? []),
    ],
    shutdownSignal: shutdown.signal,
    readMaxBytes: maxMessageBytes,
    jsonOptions: { ignoreUnknownFields: false },
    fallback: getRequestListener(app.fetch, { overrideGlobalObjects: false }) as NodeHandler,
    log: (error) => log.warn({ error }, "an answer could not be written"),
  });

  const handler = stamped(clock, log, knownOrigins(origin, answer));
  const listener = await listen({ host, port, handler, streams, clock });
  warmUp(services.flatMap((service) => service.methods.map((method) => method.input)));
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${listener.port}`;
  return {
    url,
    port: listener.port,
    async drain() {
      state.set(false);
      await clock.sleep(options.drainDelayMs ?? 0);
      const leaving = failure(Reason.DRAINING, `${name} is shutting down`, { agent: name, retryAfterMs: 0 });
      draining.abort(leaving);
      state.end();
      // Not DRAINING: that says of a call that it was not begun.
      const cut = failure(Reason.CONNECTION_LOST, `${name} is shutting down and broke the call off`, { agent: name });
      await ended(listener, clock, () => shutdown.abort(cut));
    },
  };
}

/** Waits for the last call; tells those under way at 20 s, cuts them at 25 s. */
async function ended(listener: Listener, clock: Clock, tell: () => void): Promise<void> {
  const callOffTell = clock.after(tellAfterMs, tell);
  const callOffCut = clock.after(cutAfterMs, () => listener.destroy());
  await listener.drain();
  callOffTell();
  callOffCut();
}

function refuseWhile(draining: AbortSignal, name: string): Interceptor {
  return (next) => (req) => {
    if (!draining.aborted || req.service.typeName === Health.typeName) return next(req);
    throw failure(Reason.DRAINING, `${name} is shutting down`, { agent: name, retryAfterMs: 0 });
  };
}

/** Gives every answer its request id and how long it took. */
function stamped(clock: Clock, log: Log, next: NodeHandler): NodeHandler {
  return (req, res) => {
    const started = clock.now();
    stampRequestId(req, res);
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => NodeResponse;
    res.writeHead = ((...args: unknown[]) => {
      res.setHeader("x-response-time", `${(clock.now() - started).toFixed(1)}ms`);
      try {
        return writeHead(...args);
      } catch (error) {
        // Headers that this version of HTTP can't carry: thrown from here, it would end the process.
        log.error({ error, requestId: requestIdOf(req) }, "an answer could not be written");
        res.destroy();
        return res;
      }
    }) as typeof res.writeHead;
    next(req, res);
  };
}

function isReflection(method: DescMethod): boolean {
  return method.parent.typeName.startsWith("grpc.reflection.");
}
