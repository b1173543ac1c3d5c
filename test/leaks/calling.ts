// The caller of the leak test, a process of its own: makes calls as its parent says, and tells what it holds.
import { getEventListeners } from "node:events";
import { client } from "#core/callable.ts";
import { ConnectError } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { connections } from "#rpc/client/connections.ts";
import { clientTransport } from "#rpc/client.ts";
import { countingClock, tellMeasures } from "./measure.ts";

const [url = "", resetting = ""] = process.argv.slice(2);
const clock = countingClock();
tellMeasures(clock);
const shared = connections({ clock, idleMs: 60_000 });
const clients = (baseUrl: string) =>
  (["connect", "grpc"] as const).map((protocol) =>
    client(ClaudeService, clientTransport({ baseUrl, agent: "claude", protocol, connections: shared, clock })),
  );
const callers = clients(url);
const toResetting = clients(resetting);
/** One for all calls, as a process has it. */
const living = new AbortController();
const { signal } = living;

type Call = (nth: number) => Promise<unknown>;
const caller = (nth: number) => callers[nth % 2]!;

/** How streams are broken off. */
const ways: Call[] = [
  async function breaks(nth) {
    for await (const _ of caller(nth).streamPlan({ request: { task: "endless 0 100" } }, { signal })) break;
  },
  async function aborts(nth) {
    const leaving = new AbortController();
    const options = { signal: AbortSignal.any([signal, leaving.signal]) };
    for await (const _ of caller(nth).streamPlan({ request: { task: "hold" } }, options)) leaving.abort();
  },
  async function runsOut(nth) {
    for await (const _ of caller(nth).streamPlan({ request: { task: "hold" } }, { signal, timeoutMs: 30 }));
  },
  async function fails(nth) {
    for await (const _ of caller(nth).streamPlan({ request: { task: "fail" } }, { signal }));
  },
  async function isReset(nth) {
    const options = { signal };
    for await (const _ of toResetting[nth % 2]!.streamPlan({ request: { task: "any" } }, options));
  },
];

const unary: Call = (nth) => caller(nth).plan({ task: "answer 100" }, { signal });

/** How many calls ended in each way. */
async function run(count: number, call: Call): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const end = await call(next++).then(
        () => "ok",
        (error) => `${ConnectError.from(error).code} ${originOf(error)}`,
      );
      ends[end] = (ends[end] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return ends;
}

process.on("message", async (message) => {
  const { calls, streams } = message as { calls?: number; streams?: number };
  if (calls === undefined || streams === undefined) return;
  const ended = await run(calls, unary);
  // Each way over both protocols.
  const broken = await run(streams, (nth) => ways[Math.floor(nth / 2) % ways.length]!(nth));
  // A call settles a turn before its stream is closed.
  for (let turn = 0; turn < 1000 && shared.stats().open > 0; turn++) await new Promise((next) => setImmediate(next));
  process.send?.({
    ran: { ended, broken, onSignal: getEventListeners(signal, "abort").length, stats: shared.stats() },
  });
});
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });
