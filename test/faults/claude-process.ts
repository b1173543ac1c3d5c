// A process that serves Claude's plans as their task says, for callers that are put to the test: argument is the port.
import type { HandlerContext } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { serve } from "#runtime/serve.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { countingClock, tellMeasures } from "../leaks/measure.ts";

const clock = countingClock();
tellMeasures(clock);

const turn = () => new Promise((resolve) => setImmediate(resolve));
const aborted = ({ signal }: HandlerContext) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

/** Tasks: "answer <bytes>", "stream <count> <bytes>", "endless", "hold", "fail", "refuse"; a stream says one thing first. */
const served = await serve({
  name: "claude",
  host: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  services: [ClaudeService],
  routes: (router) =>
    router.service(ClaudeService, {
      async plan({ task }, context) {
        const [what, bytes] = task.split(" ");
        await end(what, context);
        return { plan: { summary: "x".repeat(Number(bytes)) } };
      },
      async *streamPlan({ request }, context) {
        const [what, count, bytes] = (request?.task ?? "").split(" ");
        const say = (nth: number) => ({
          event: { attempt: nth, body: { case: "textDelta" as const, value: "x".repeat(Number(bytes)) } },
        });
        if (what !== "stream") yield say(0);
        await end(what, context);
        for (let nth = 0; what === "endless" && !context.signal.aborted; nth++) {
          yield say(nth);
          await turn();
        }
        for (let nth = 0; nth < Number(count); nth++) yield say(nth);
      },
    }),
  ready: async () => ({ ready: true }),
  log: openLog("claude", "silent"),
  metrics: openMetrics(),
  clock,
});

async function end(what: string | undefined, context: HandlerContext): Promise<void> {
  if (what === "hold") await aborted(context);
  if (what === "fail") throw new Error("a defect");
  if (what === "refuse") throw failure(Reason.CONFLICT, "not now", { agent: "claude" });
}

process.send?.({ url: served.url });
process.on("disconnect", () => process.exit());
