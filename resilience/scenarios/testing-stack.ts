// One run of the whole stack by a plan: endpoints that fail by script, calls that come, wait, and leave, on a clock that stands still.
import { getEventListeners } from "node:events";
import { create, type DescMethod } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { CodexService, StreamExecuteResponseSchema } from "#gen/synapse/v1/codex_pb.ts";
import type { ResilienceConfig } from "../config.ts";
import { resilientTransport } from "../stack.ts";
import type { Asked, CallFault } from "../testing/call-fault.ts";
import { type FaultTransport, faultTransport } from "../testing/fault-transport.ts";

export interface PlannedCall {
  kind: "unary" | "stream" | "unrepeatable";
  atMs: number;
  timeoutMs: number;
  /** When its caller aborts it, after it began. */
  abortsInMs?: number;
  /** After how many messages its reader breaks. */
  breaksAfter?: number;
}

export interface Plan {
  /** What happens to the calls that each endpoint is given, one after another; those beyond go well. */
  endpoints: readonly (readonly CallFault[])[];
  calls: readonly PlannedCall[];
  config: ResilienceConfig;
  seed: number;
  /** What the time of day is changed by, from the start on. */
  skewMs?: number;
}

/** What an endpoint was asked by a call. */
export interface Request {
  endpoint: number;
  atMs: number;
  timeoutMs: number | undefined;
  fault: CallFault;
  /** What the error that is scripted for it says. */
  words: string;
  /** The attempt's number, as the endpoint is told. */
  number: number;
}

export interface Ended {
  call: PlannedCall;
  /** After how long; undefined when it hangs. */
  inMs: number | undefined;
  error: unknown;
  messages: string[];
  /** In the order they came. */
  requests: Request[];
  /** Listeners left on its signal. */
  listeners: number;
}

const words = ["a", "b", "c"];

/** Answers at once, within the same turn: a router takes several. */
const answering = {
  unary: async (method: DescMethod) => ({ stream: false, ...partsOf(method), message: create(method.output) }),
  stream: async (method: DescMethod) => ({ stream: true, ...partsOf(method), message: spoken() }),
} as unknown as Transport;

const partsOf = (method: DescMethod) => ({
  service: method.parent,
  method,
  header: new Headers(),
  trailer: new Headers(),
});

async function* spoken() {
  for (const value of words)
    yield create(StreamExecuteResponseSchema, { event: { body: { case: "textDelta", value } } });
}

const wordsOf = (endpoint: number, at: number) => `error ${at} of e${endpoint}`;

export async function runPlan({ endpoints, calls, config, seed, skewMs = 0 }: Plan) {
  const steady = manualClock();
  const clock = Object.create(steady, {
    date: { value: () => new Date(steady.date().getTime() + skewMs) },
  }) as ManualClock;
  const asked: { endpoint: number; at: number }[] = [];
  const peers: FaultTransport[] = endpoints.map((faults, endpoint) => {
    const script = ({ n }: Asked): CallFault => {
      asked.push({ endpoint, at: n - 1 });
      const { error, ...fault } = faults[n - 1] ?? {};
      return error ? { ...fault, error: { ...error, message: wordsOf(endpoint, n - 1) } } : fault;
    };
    return faultTransport(answering, { script, clock, rng: seeded(seed) });
  });
  const transport = resilientTransport({
    agent: "claude",
    endpoints: peers.map((_, at) => ({ url: `http://e${at}` })),
    transport: (url) => peers[Number(url.slice("http://e".length))]!,
    services: [CodexService, Health],
    config,
    stall: { lagSince: () => 0 },
    clock,
    rng: seeded(seed),
  });
  const codex = client(CodexService, transport);
  const health = client(Health, transport);

  async function made(call: PlannedCall, id: number, ended: Ended): Promise<void> {
    await clock.sleep(call.atMs);
    const caller = new AbortController();
    const leaves = call.abortsInMs === undefined ? () => {} : clock.after(call.abortsInMs, () => caller.abort());
    const { timeoutMs } = call;
    const options = { timeoutMs, signal: caller.signal, headers: { call: String(id) } };
    try {
      if (call.kind === "unary") await codex.execute({}, options);
      else if (call.kind === "unrepeatable") await health.check({}, options);
      else
        for await (const { event } of codex.streamExecute({}, options)) {
          ended.messages.push(event?.body.case === "textDelta" ? event.body.value : "?");
          if (ended.messages.length === call.breaksAfter) break;
        }
    } catch (error) {
      ended.error = error;
    }
    leaves();
    ended.inMs = clock.now() - call.atMs;
    // A call that was aborted may have taken its ear off by the signal's own telling.
    ended.listeners = getEventListeners(caller.signal, "abort").length;
  }

  const ends = calls.map(
    (call): Ended => ({ call, inMs: undefined, error: undefined, messages: [], requests: [], listeners: 0 }),
  );
  for (const [id, call] of calls.entries()) void made(call, id, ends[id]!);
  const longestMs = Math.max(...calls.map(({ atMs, timeoutMs }) => atMs + timeoutMs));
  await clock.advance(longestMs + 1);
  for (const { endpoint, at } of asked) {
    const { atMs, timeoutMs, header } = peers[endpoint]!.seen[at]!;
    const fault = endpoints[endpoint]![at] ?? {};
    const number = Number(header.get("grpc-previous-rpc-attempts") ?? 0) + 1;
    const words = wordsOf(endpoint, at);
    ends[Number(header.get("call"))]!.requests.push({ endpoint, atMs, timeoutMs, fault, words, number });
  }
  const metrics = transport.getMetrics();
  const timers = clock.pending;
  const open = peers.reduce((sum, peer) => sum + peer.open, 0);

  /** Whether calls succeed again once all endpoints are well and every rest is over. */
  async function recovers(): Promise<boolean> {
    for (const peer of peers) peer.script([]);
    await clock.advance(301_000);
    let well = 0;
    for (let n = 0; n < 4; n++)
      void codex.execute({}, { timeoutMs: 1000 }).then(
        () => well++,
        () => {},
      );
    // One after another where circuits let one through at a time.
    await clock.advance(1001);
    for (let n = 0; n < 4; n++) {
      void codex.execute({}, { timeoutMs: 1000 }).then(
        () => well++,
        () => {},
      );
      await clock.advance(0);
    }
    return well >= 4;
  }

  async function close(): Promise<number> {
    await transport.close();
    return clock.pending;
  }

  return { ends, metrics, open, timers, recovers, close };
}
