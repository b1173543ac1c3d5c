// Codex and Health behind a transport that fails by script, called with retries: where tests of retries begin.
import { createRouterTransport, type Transport } from "@connectrpc/connect";
import type { Interceptor } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import type { Rng } from "#core/rng.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { CodexService, type ExecuteRequest } from "#gen/synapse/v1/codex_pb.ts";
import { attemptKey } from "../call/call.ts";
import { chained } from "../call/chained.ts";
import { idempotencyKeys } from "../call/idempotency.ts";
import type { Happening } from "../happening.ts";
import { retry } from "../retry/retry.ts";
import type { FaultScript } from "./call-fault.ts";
import { faultTransport } from "./fault-transport.ts";

/** Chance that always says the same. */
export const always = (draw: number): Rng => ({ float: () => draw, bytes: (count) => new Uint8Array(count) });

export interface Retried {
  script: FaultScript;
  retry?: Parameters<typeof retry>[0];
  /** Between the caller and the retries. */
  above?: readonly Interceptor[];
  /** Between the retries and the peer. */
  below?: readonly Interceptor[];
  defaultTimeoutMs?: number | undefined;
}

export function retried({ script, retry: options, above = [], below = [], ...chain }: Retried) {
  const clock = manualClock();
  const told: Happening[] = [];
  /** What the peer was asked to run, and under which key. */
  const ran: { command: unknown; key: string | null }[] = [];
  const run = (request: ExecuteRequest | undefined, header: Headers) =>
    ran.push({ command: request?.command?.form.value, key: header.get("idempotency-key") });
  const routes = createRouterTransport((router) => {
    router.service(CodexService, {
      execute: (request, { requestHeader }) => {
        run(request, requestHeader);
        return {};
      },
      async *streamExecute({ request }, { requestHeader, responseHeader }) {
        run(request, requestHeader);
        responseHeader.set("served", String(ran.length));
        for (const value of ["a", "b", "c"]) yield { event: { body: { case: "textDelta", value } } };
      },
    });
    router.service(Health, { check: () => ({}) });
  });
  const faults = faultTransport(routes, { script, clock });
  const rules = { clock, rng: always(0.5), observe: (happening: Happening) => told.push(happening), ...options };
  const interceptors = [idempotencyKeys({ clock }), ...above, retry(rules), ...below];
  const transport = chained(placed(faults), { clock, interceptors, defaultTimeoutMs: undefined, ...chain });
  return { clock, told, ran, faults, codex: client(CodexService, transport), health: client(Health, transport) };
}

/** A pool whose every attempt goes to another endpoint: e1, e2 and so on. */
function placed(inner: Transport): Transport {
  let picked = 0;
  const place = (values: Parameters<Transport["unary"]>[5]) => {
    const attempt = values?.get(attemptKey);
    picked++;
    if (attempt) attempt.endpoint = `e${picked}`;
  };
  return {
    unary: (...args) => {
      place(args[5]);
      return inner.unary(...args);
    },
    stream: (...args) => {
      place(args[5]);
      return inner.stream(...args);
    },
  };
}

/** The command `ls`, to be executed. */
export const ls = { command: { form: { case: "shell" as const, value: "ls" } } };

/** Lets time pass until the call has settled: its answer, or its error, and when that was. */
export async function settled<T>(call: Promise<T>, clock: ManualClock, forMs = 120_000) {
  let seen: { answer?: T; error?: unknown; at: number } | undefined;
  call.then(
    (answer) => {
      seen = { answer, at: clock.now() };
    },
    (error: unknown) => {
      seen = { error, at: clock.now() };
    },
  );
  // A few turns without time: routers take more than one.
  for (let turn = 0; seen === undefined && turn < 20; turn++) await clock.advance(0);
  for (let ms = 0; seen === undefined && ms < forMs; ms += 10) await clock.advance(10);
  if (seen === undefined) throw new RangeError(`the call has not settled in ${forMs} ms`);
  return seen as { answer?: T; error?: unknown; at: number };
}
