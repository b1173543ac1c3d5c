import { createRouterTransport, type Transport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { chained } from "../call/chained.ts";
import type { Happening } from "../happening.ts";
import { retry } from "../retry/retry.ts";
import { retryBudget } from "../retry/retry-budget.ts";
import { relay } from "../server/relay.ts";
import { ls, settled } from "../testing/retried.ts";
import { inbound } from "../time/inbound.ts";

const kinds = (told: readonly Happening[]) => told.map((one) => (one.kind === "retry-denied" ? one.why : one.kind));

describe("retry budget and layers", () => {
  it("19. 10,000 failing calls make at most 10,050 attempts; 1000 good ones fill the empty budget again", async () => {
    const clock = manualClock();
    const peer = answering(() => {
      throw withOrigin(new ConnectError("down", Code.Unavailable), "peer");
    });
    const budget = retryBudget();
    let denied = 0;
    const observe = (one: Happening) => {
      if (one.kind === "retry-denied" && one.why === "budget") denied++;
    };
    const codex = client(
      CodexService,
      chained(peer.transport, { clock, interceptors: [retry({ budget, clock, observe })] }),
    );
    const calls = Promise.allSettled(Array.from({ length: 10_000 }, () => codex.validateCommand({})));
    await clock.advance(10_000);
    expect(new Set((await calls).map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(peer.asked).toBeGreaterThan(10_010);
    expect(peer.asked).toBeLessThanOrEqual(10_050);
    expect(budget.stats()).toEqual({ tokens: 0, maxTokens: 100, denied });
    expect(denied).toBeGreaterThan(9_950);

    peer.answer = () => ({});
    for (let i = 0; i < 500; i++) await codex.validateCommand({});
    expect(budget.mayRetry()).toBe(false);
    for (let i = 0; i < 500; i++) await codex.validateCommand({});
    expect(budget.tokens).toBe(100);
    expect(clock.pending).toBe(0);
  });

  it("20. three layers over a dead leaf make three attempts at it, not 27", async () => {
    const clock = manualClock();
    const told: Happening[] = [];
    let asked = 0;
    const leaf = createRouterTransport(({ service }) =>
      service(CodexService, {
        execute() {
          asked++;
          throw failure(Reason.UNREACHABLE, "the leaf is dead");
        },
      }),
    );
    const caller = (below: Transport) =>
      client(
        CodexService,
        chained(below, { clock, interceptors: [retry({ clock, observe: (one) => told.push(one) })] }),
      );
    /** A service that only calls the one below it. */
    const layer = (below: Transport) =>
      createRouterTransport(({ service }) =>
        service(
          CodexService,
          { execute: (req, context) => caller(below).execute(req, inbound(context, clock)) },
          { interceptors: [relay({ clock })] },
        ),
      );
    const { error } = await settled(caller(layer(layer(leaf))).execute(ls), clock);
    expect(asked).toBe(3);
    expect(kinds(told)).toEqual(["retrying", "retrying", "attempts", "class", "class"]);
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: "the leaf is dead" });
    expect(failureOf(error)?.attempts).toHaveLength(3);
  });
});

/** A transport of one unary method, without any weight. */
function answering(answer: () => unknown) {
  const peer = {
    answer,
    asked: 0,
    transport: {
      async unary(method: unknown) {
        peer.asked++;
        return { stream: false, method, header: new Headers(), trailer: new Headers(), message: peer.answer() };
      },
    } as unknown as Transport,
  };
  return peer;
}
