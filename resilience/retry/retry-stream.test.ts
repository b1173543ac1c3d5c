import { createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { client } from "#core/callable.ts";
import { Code, ConnectError, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import type { Happening } from "../happening.ts";
import type { CallFault } from "../testing/call-fault.ts";
import { always, ls, retried, settled } from "../testing/retried.ts";
import { retry } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";

const down: CallFault = { error: {} };
const broken: CallFault = { error: { origin: "broken-before-headers", reason: Reason.CONNECTION_LOST } };

const whys = (told: readonly Happening[]) => told.flatMap((one) => (one.kind === "retry-denied" ? [one.why] : []));

describe("retry of streams", () => {
  it("says on a stock transport what time later attempts have left, unary and stream", async () => {
    const clock = manualClock();
    const seen: (string | null)[] = [];
    const transport = createRouterTransport(
      ({ service }) =>
        service(CodexService, {
          execute(_, { requestHeader }) {
            seen.push(requestHeader.get("connect-timeout-ms"));
            throw new ConnectError("down", Code.Unavailable);
          },
          async *streamExecute(_, { requestHeader }) {
            seen.push(requestHeader.get("connect-timeout-ms"));
            await Promise.reject(new ConnectError("down", Code.Unavailable));
            yield {};
          },
        }),
      { transport: { interceptors: [retry({ clock, rng: always(0.5) })] } },
    );
    const codex = client(CodexService, transport);
    await settled(codex.execute({}, { timeoutMs: 10_000 }), clock);
    await settled(Array.fromAsync(codex.streamExecute({}, { timeoutMs: 10_000 })), clock);
    expect(seen.slice(0, 3).map(Number)).toEqual([10_000, 9900, 9700]);
    expect(seen.slice(3).map(Number)).toEqual([10_000, 9900, 9700]);
    expect(clock.pending).toBe(0);
  });

  it.each(["before", "after"])("leaves nothing behind when a stream is left %s its first message", async (when) => {
    const script = when === "before" ? [down, { hang: true }] : [down, undefined];
    const { codex, clock, faults } = retried({ script });
    const caller = new AbortController();
    const added = vi.spyOn(caller.signal, "addEventListener");
    const removed = vi.spyOn(caller.signal, "removeEventListener");
    const reading = codex.streamExecute({}, { signal: caller.signal })[Symbol.asyncIterator]();
    const first = reading.next().then(
      () => "a message",
      (error: unknown) => error,
    );
    for (let i = 0; i < 30; i++) await clock.advance(10);
    if (when === "after") expect(await first).toBe("a message");
    await reading.return?.();
    await clock.advance(0);
    if (when === "before") expect(await first).toMatchObject({ code: Code.Canceled });
    expect(faults.open).toBe(0);
    expect(clock.pending).toBe(0);
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
  });

  it("takes a stream that was left for no success, whatever is read of it later", async () => {
    const budget = retryBudget();
    for (let n = 0; n < 10; n++) budget.failed();
    const { codex, clock } = retried({ script: [], retry: { budget } });
    const reading = codex.streamExecute({})[Symbol.asyncIterator]();
    await settled(Promise.resolve(reading.next()), clock);
    await reading.return?.();
    await reading.next();
    expect(budget.tokens).toBe(90);
    await settled(Array.fromAsync(codex.streamExecute({})), clock);
    expect(budget.tokens).toBe(90.1);
  });

  it("gives the room of a stream's request back", async () => {
    const script = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? { ...down, afterMessages: 0 } : undefined));
    const { codex, clock } = retried({ script, retry: { replay: { maxCallBytes: 500, maxClientBytes: 500 } } });
    for (let i = 0; i < 10; i++) {
      const { answer } = await settled(Array.fromAsync(codex.streamExecute({ request: ls })), clock);
      expect(answer).toHaveLength(3);
    }
  });

  it("does not retry a stream whose request it could not keep", async () => {
    const { codex, clock, faults, told } = retried({
      script: () => ({ ...broken, afterMessages: 0 }),
      retry: { replay: { maxCallBytes: 10 } },
    });
    await settled(Array.fromAsync(codex.streamExecute({ request: ls })), clock);
    expect(faults.seen).toHaveLength(1);
    expect(whys(told)).toEqual(["committed"]);
  });
});
