// A pool for tests: over transports that fail by script, on a clock that stands still, telling what it told.
import { createClient, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import { type Attempt, attemptKey, type Call } from "../call/call.ts";
import type { Happening } from "../happening.ts";
import type { CallFault, FaultScript } from "../testing/call-fault.ts";
import { type FaultTransport, faultTransport } from "../testing/fault-transport.ts";
import type { GivenPoolOptions } from "./options.ts";
import { pool } from "./pool.ts";

const answering = createRouterTransport((router) =>
  router.service(Health, {
    check: () => ({ status: Serving.SERVING }),
    async *watch() {
      yield { status: Serving.SERVING };
      yield { status: Serving.SERVING };
      yield { status: Serving.NOT_SERVING };
    },
  }),
);

/** Calls that all fail alike. */
export const always =
  (fault: CallFault): FaultScript =>
  () =>
    fault;

export const refusing = always({ error: { origin: "unsent", message: "connection refused" } });
export const limited = (metadata: Record<string, string> = {}): CallFault => ({ error: { code: 8, metadata } });

/** An attempt of a call, as what is above a pool makes it. */
export function attempt(known: Partial<Attempt> = {}, call: Partial<Call> = {}): Attempt {
  const made: Call = { deadline: Number.POSITIVE_INFINITY, timing: "transport", attempts: 1, failed: [], ...call };
  return { call: made, number: 1, timeoutMs: undefined, avoid: [], endpoint: undefined, ...known };
}

export const carrying = (one: Attempt) => createContextValues().set(attemptKey, one);

/** Endpoints by host name, each with the script of its calls. */
export function scriptedPool(scripts: Record<string, FaultScript>, options: Partial<GivenPoolOptions> = {}) {
  const clock = manualClock();
  const told: Happening[] = [];
  const transports: Record<string, FaultTransport> = {};
  const closed: string[] = [];
  const peers = pool({
    agent: "claude",
    endpoints: Object.keys(scripts).map((name) => ({ url: `http://${name}` })),
    transport: (url) => {
      const name = new URL(url).hostname;
      const made = faultTransport(answering, { script: scripts[name] ?? [], clock });
      transports[name] = made;
      return Object.assign(made, { close: () => void closed.push(name) });
    },
    breaker: { jitter: 0 },
    observe: (happening) => told.push(happening),
    clock,
    rng: seeded(1),
    ...options,
  });
  const client = createClient(Health, peers);
  return {
    clock,
    peers,
    client,
    told,
    /** Hosts whose transport was closed. */
    closed,
    /** How many calls each host has seen. */
    seen: () => Object.fromEntries(Object.keys(scripts).map((name) => [name, transports[name]?.seen.length ?? 0])),
    script: (name: string, script: FaultScript) => transports[name]!.script(script),
    /** So many calls, one after another; what each ended with: its status or its error. */
    async calls(count: number) {
      const ends: unknown[] = [];
      for (let i = 0; i < count; i++)
        ends.push(
          await client.check({}).then(
            ({ status }) => status,
            (error: unknown) => error,
          ),
        );
      return ends;
    },
    kinds: () => told.map(({ kind }) => kind),
    at: (name: string) => peers.endpoints().find(({ url }) => url === `http://${name}`)!,
    breaker: (name: string) =>
      peers.endpoints().find(({ url }) => url === `http://${name}`)?.services[Health.typeName]?.breaker,
  };
}
