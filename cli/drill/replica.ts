// A process of the drill: one replica of an agent whose calls take a known time, told by its parent to be slow or to say what it did.
import { crc32 } from "node:zlib";
import type { HandlerContext } from "@connectrpc/connect";
import { systemClock } from "#core/clock.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { journaling } from "#resilience/resume/journaling.ts";
import { concurrencyLimit } from "#resilience/server/concurrency-limit.ts";
import { deduplicating, type ResponseStore } from "#runtime/deduplicate.ts";
import { serve } from "#runtime/serve.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { lag } from "./lag.ts";
import { askProvider } from "./provider.ts";
import type { ReplicaSettings, Told } from "./replica-settings.ts";
import { slots, workMs } from "./work.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as ReplicaSettings;
const clock = systemClock;
const rng = seeded(settings.seed);
const places = slots(settings.slots);
const told: Omit<Told, "lagP99Ms"> = { unaryRuns: 0, streamRuns: [] };
const late = lag();
let slowMs = 0;

// One key for all replicas: so a stream that another one has is told from a forged one.
const journal = journaling({ key: Buffer.alloc(32, settings.key), clock, rng });
const answers = new Map<string, { fingerprint: string; messages: Uint8Array[] }>();
const mostAnswers = 2000;
/** Answers by idempotency key, as an agent keeps them, but for this process alone. */
const responses: ResponseStore = {
  find: (key) => answers.get(key),
  save(key, fingerprint, messages) {
    if (answers.has(key)) return false;
    answers.set(key, { fingerprint, messages: [...messages] });
    if (answers.size > mostAnswers) answers.delete(answers.keys().next().value!);
    return true;
  },
};

async function work({ signal }: HandlerContext): Promise<void> {
  const leave = await places.take(signal);
  try {
    await clock.sleep(workMs(settings, rng) + slowMs, signal);
  } finally {
    leave();
  }
}

const served = await serve({
  name: "claude",
  host: "127.0.0.1",
  port: settings.port,
  services: [ClaudeService],
  routes: (router) =>
    deduplicating(journal.around(router), responses).service(ClaudeService, {
      async plan({ task }, context) {
        told.unaryRuns++;
        if (settings.provider !== undefined) await askProvider(settings.provider, task, context.signal);
        await work(context);
        return { plan: { summary: task } };
      },
      /** The task is "stream <id> <messages> <ms between them>"; the last message has the sum of all before it. */
      async *streamPlan({ request }, { signal }) {
        const [, id = "", count = "0", everyMs = "0"] = (request?.task ?? "").split(" ");
        told.streamRuns.push(id);
        let sum = 0;
        for (let nth = 1; nth <= Number(count); nth++) {
          await clock.sleep(Number(everyMs), signal);
          const text = `${id} ${nth}`;
          sum = crc32(text, sum);
          yield said(nth < Number(count) ? text : `${text} ${sum}`);
        }
      },
    }),
  interceptors: settings.isLimited
    ? [
        concurrencyLimit({
          agent: "claude",
          // As whoever runs a server says it that can do so much at a time: what matters least gets half of the limit,
          // and must be able to keep it busy.
          initialLimit: 2 * settings.slots,
          minLimit: 2 * settings.slots,
          isExempt: ({ parent }) => parent !== ClaudeService,
          clock,
        }).interceptor,
      ]
    : [],
  ready: async () => ({ ready: true }),
  drainDelayMs: 300,
  log: openLog("claude", "silent"),
  metrics: openMetrics(),
  clock,
});

function said(value: string) {
  return { event: { attempt: 1, body: { case: "textDelta" as const, value } } };
}

process.on("message", (message: { slowMs?: number; tell?: true }) => {
  if (message.slowMs !== undefined) slowMs = message.slowMs;
  if (message.tell) process.send?.({ told: { ...told, lagP99Ms: late.p99Ms } });
});
process.on("SIGTERM", () => {
  void served.drain().then(() => process.exit(0));
});
// The drill is gone: nothing may outlive it.
process.on("disconnect", () => process.exit(1));
process.send?.({ url: served.url });
