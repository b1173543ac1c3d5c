// A run's events, each once and in order, whatever happens to the stream that brings them.
import { createContextValues } from "@connectrpc/connect";
import type { GatewayClient } from "#clients/gateway.ts";
import { failure, Reason } from "#core/failure.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { listenerKey } from "#resilience/call/call.ts";
import { isEnded, isLast } from "#store/projection.ts";
import { type PatienceOptions, patience } from "./patience.ts";

export interface FollowOptions extends Partial<PatienceOptions> {
  runId: string;
  /** Only events with a larger seq. */
  afterSeq?: bigint;
  /** The gateway to ask now: after a break it may be another one. */
  gateway: () => Promise<GatewayClient>;
  /** The stream broke and is taken up again. */
  onBreak?: (error: unknown) => void;
  /** Events can't be given any more. */
  onGap?: (reason: string) => void;
}

/** Ends with the run; throws when the gateway stays away or the run can't be watched. */
export async function* follow(options: FollowOptions): AsyncGenerator<Event, void> {
  const { runId, gateway, signal, onBreak, onGap } = options;
  const waiting = patience(options);
  let last = options.afterSeq ?? 0n;
  for (;;) {
    try {
      const { workflow } = await gateway();
      // What the client mends by itself is told of all the same.
      const contextValues = createContextValues().set(listenerKey, (happening) => {
        if (happening.kind === "resumed") onBreak?.(failure(Reason.CONNECTION_LOST, "the stream of events broke"));
      });
      const options = { timeoutMs: Number.POSITIVE_INFINITY, contextValues, ...(signal ? { signal } : {}) };
      for await (const { message } of workflow.watchRun({ runId, afterSeq: last }, options)) {
        waiting.wellAgain();
        if (message.case === "gap") {
          last = message.value.toSeq;
          onGap?.(message.value.reason);
        }
        if (message.case !== "event" || message.value.seq <= last) continue;
        last = message.value.seq;
        yield message.value;
        if (isLast(message.value)) return;
      }
      const { run } = await workflow.getRun({ runId }, { ...(signal ? { signal } : {}) });
      if (run && isEnded(run.state) && run.lastSeq <= last) return;
      throw failure(Reason.TRUNCATED, "the stream of events ended before the run did");
    } catch (error) {
      if (!signal?.aborted) onBreak?.(error);
      await waiting.after(error);
    }
  }
}
