import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { chained } from "../call/chained.ts";
import { lostHedge } from "../call/hedged.ts";
import type { Happening } from "../happening.ts";
import { timedPeer } from "../testing/timed-peer.ts";
import { hedge } from "./hedge.ts";

describe("hedging of streams", () => {
  it("hedges a stream until its first message; then the caller's signal and leaving still end it", async () => {
    const slow = { afterMs: 100 };
    const clock = manualClock();
    const told: string[] = [];
    const observe = (happening: Happening) => told.push(happening.kind === "hedge" ? happening.what : happening.kind);
    const scripts = [slow, { afterMs: 10, messagesMs: [50, 5000] }, slow, { afterMs: 10, messagesMs: [5000] }];
    const { transport, asked } = timedPeer(clock, (nth) => scripts[nth - 1]!);
    const outer = chained(transport, { interceptors: [hedge({ delayMs: 30, observe, clock })], clock });
    const client = createClient(OperationsService, outer);
    const caller = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const _ of client.watchStatus({}, { signal: caller.signal })) seen.push(clock.now());
    })().catch((error: unknown) => ConnectError.from(error).code);
    await clock.advance(200);
    expect(seen).toEqual([40, 90]);
    expect(lostHedge(asked[0]!.ended?.reason)).toEqual({ elapsedMs: 40, verdict: "slow" });
    caller.abort();
    await clock.advance(0);
    expect(await reading).toBe(Code.Canceled);
    expect(asked[1]!.ended?.how).toBe("left");

    const request = (async function* () {
      yield {};
    })();
    const opening = outer.stream(OperationsService.method.watchStatus, undefined, undefined, undefined, request);
    await clock.advance(50);
    const iterator = (await opening).message[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ done: false });
    await iterator.return?.();
    expect(asked[3]!.signal?.aborted).toBe(true);
    expect([told, clock.pending]).toEqual([["sent", "won", "sent", "won"], 0]);
  });
});
