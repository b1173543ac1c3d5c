// The calls of a soak run: every kind, over every protocol, of which each knows what a good answer is.
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { client } from "#core/callable.ts";
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import type { Connections } from "#rpc/client/connections.ts";
import { type ClientOptions, clientTransport } from "#rpc/client.ts";

export type Claude = ReturnType<typeof client<typeof ClaudeService>>;

export interface Asked {
  claude: Claude;
  timeoutMs: number;
  rng: Rng;
  clock: Clock;
  /** Lives as long as the run. */
  signal: AbortSignal;
  /** Told when an answer is called good and is not. */
  wrong: (what: string) => void;
  /** Told with each message of an answer that has an end of its own. */
  goesOn: () => void;
}

export type Kind = (asked: Asked) => Promise<void>;

/** The ways a server is spoken to. */
export const speeches: Record<string, Partial<ClientOptions>> = {
  connect: {},
  grpc: { protocol: "grpc" },
  "connect json": { json: true },
  "connect gzip": { sendCompression: compressionGzip, acceptCompression: [compressionGzip] },
  "grpc brotli": { protocol: "grpc", sendCompression: compressionGzip, acceptCompression: [compressionBrotli] },
};

/** Clients of one server, by how they speak. */
export function claudes(baseUrl: string, connections: Connections, clock: Clock): Map<string, Claude> {
  const made = Object.entries(speeches).map(([name, speech]): [string, Claude] => [
    name,
    client(ClaudeService, clientTransport({ baseUrl, agent: "claude", connections, clock, ...speech })),
  ]);
  return new Map(made);
}

const until = ({ timeoutMs, signal }: Asked) => ({ timeoutMs, signal });

async function answer(asked: Asked, bytes: number, context: string[] = []): Promise<void> {
  const { plan } = await asked.claude.plan({ task: `answer ${bytes}`, context }, until(asked));
  if (plan?.summary.length !== bytes)
    asked.wrong(`${bytes} bytes were asked for and ${plan?.summary.length} came as good`);
}

async function read(asked: Asked, count: number, bytes: number, pauseMs = 0): Promise<void> {
  let next = 0;
  const task = `stream ${count} ${bytes}`;
  for await (const { event } of asked.claude.streamPlan({ request: { task } }, until(asked))) {
    asked.goesOn();
    const size = event?.body.case === "textDelta" ? event.body.value.length : -1;
    if (event?.attempt !== next++ || size !== bytes) {
      asked.wrong(`message ${next - 1} of ${count} came as ${event?.attempt} with ${size} of ${bytes} bytes`);
    }
    if (pauseMs > 0) await asked.clock.sleep(pauseMs);
  }
  if (next !== count) asked.wrong(`${count} messages were asked for and ${next} came as all`);
}

const task = (what: string) => ({ request: { task: what } });

/** By their names in the summary. */
export const kinds: Record<string, Kind> = {
  "unary small": (asked) => answer(asked, 100),
  "unary again": (asked) => answer(asked, 1),
  "unary large": (asked) => answer(asked, 600_000, ["x".repeat(60_000), "y".repeat(60_000), "z".repeat(60_000)]),
  "unary until the deadline": async ({ claude, rng, signal }) => {
    await claude.plan({ task: "hold" }, { timeoutMs: 1 + rng.float() * 200, signal });
  },
  "unary left": async ({ claude, rng, clock, timeoutMs }) => {
    const leaving = new AbortController();
    const callOff = clock.after(rng.float() * 50, () => leaving.abort());
    await claude.plan({ task: "hold" }, { timeoutMs, signal: leaving.signal }).finally(callOff);
  },
  "unary refused": async (asked) => void (await asked.claude.plan({ task: "refuse" }, until(asked))),
  "unary defect": async (asked) => void (await asked.claude.plan({ task: "fail" }, until(asked))),
  "stream small": (asked) => read(asked, 50, 100),
  "stream large": (asked) => read(asked, 12, 50_000),
  "stream read slowly": (asked) => read(asked, 20, 30_000, 5),
  "stream left by break": async (asked) => {
    let left = Math.floor(asked.rng.float() * 30);
    for await (const _ of asked.claude.streamPlan(task("endless 0 500"), until(asked))) if (left-- === 0) break;
  },
  "stream left by its signal": async ({ claude, rng, timeoutMs }) => {
    const leaving = new AbortController();
    let left = Math.floor(rng.float() * 10);
    const options = { timeoutMs, signal: leaving.signal };
    for await (const _ of claude.streamPlan(task("endless 0 50"), options)) if (left-- === 0) leaving.abort();
  },
  "stream until the deadline": async ({ claude, rng, signal }) => {
    for await (const _ of claude.streamPlan(task("hold"), { timeoutMs: 1 + rng.float() * 300, signal }));
  },
  "stream defect": async (asked) => {
    for await (const _ of asked.claude.streamPlan(task("fail"), until(asked)));
  },
};
