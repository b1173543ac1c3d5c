import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import type { EventBody, StepContext } from "#durable/flow.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { listenerKey } from "#resilience/call/call.ts";
import { acceptFallbackKey } from "#resilience/fallback/fallback.ts";
import { type Asked, ask, callOptions, listen } from "./listen.ts";

function step() {
  const events: EventBody[] = [];
  const signal = new AbortController().signal;
  const context: StepContext = { signal, key: "run/plan/1", attempt: 1, emit: (body) => events.push(body) };
  return { context, events };
}

describe("a step's call", () => {
  it("tells the run of breakers, of other replicas and of output that is void", () => {
    const { context, events } = step();
    const heard = callOptions(context, { agent: "claude" }).contextValues.get(listenerKey)!;
    const method = ClaudeService.method.streamPlan;
    const error = failure(Reason.CONNECTION_LOST, "the connection broke");
    const service = ClaudeService.typeName;
    heard({ kind: "retrying", method, attempt: 1, delayMs: 100, endpoint: "http://a", error });
    heard({ kind: "failover", method, from: "http://a", to: "http://b", error });
    const opened = { from: "closed", to: "open", reason: "3 failures in a row", restMs: 30_000.4 } as const;
    heard({ kind: "breaker-changed", endpoint: "http://a", service, ...opened });
    heard({ kind: "reset", method, delivered: 3, reason: "the process died" });
    heard({ kind: "reset", method, delivered: 1, reason: "again" });
    expect(events).toMatchObject([
      {
        case: "providerFailover",
        value: { agent: "claude", from: "http://a", to: "http://b", failure: { reason: Reason.CONNECTION_LOST } },
      },
      { case: "breakerChanged", value: { agent: "claude", endpoint: "http://a", to: "open", rest: { seconds: 30n } } },
      { case: "outputReset", value: { attempt: 2, reason: "the process died" } },
      { case: "outputReset", value: { attempt: 3, reason: "again" } },
    ]);
  });

  it.each<[Asked, number, boolean]>([
    [{ agent: "claude" }, 5, false],
    [{ agent: "gemini", fallback: "accept" }, 2, false],
    [{ agent: "gemini", fallback: "accept" }, 3, true],
  ])("%j takes, in attempt %d, an answer that is not the agent's: %s", (asked, attempt, accepts) => {
    // Found by killing gemini: it was back after a second, and the run had gone on without any research.
    const context = { ...step().context, attempt };
    expect(callOptions(context, asked).contextValues.get(acceptFallbackKey)).toBe(accepts);
  });

  it("writes what was said before it says that it is void", async () => {
    const { context, events } = step();
    await listen(context, { agent: "claude" }, "plan", async function* ({ contextValues }) {
      yield { event: said("the first half") };
      const method = ClaudeService.method.streamPlan;
      contextValues.get(listenerKey)!({ kind: "reset", method, delivered: 1, reason: "it died" });
      yield { event: said("anew") };
      yield { event: { attempt: 1, body: { case: "result", value: { value: { case: "plan", value: {} } } } } as never };
    });
    expect(events.map((body) => [body.case, (body.value as { text?: string }).text])).toEqual([
      ["outputDelta", "the first half"],
      ["outputReset", undefined],
      ["outputDelta", "anew"],
    ]);
  });
});

describe("what engines tell", () => {
  const asked = { agent: "codex" } as const;
  const context = { prompt: "plan@1", engine: "anthropic:m", items: [], bytes: 10n };
  const handed = { from: "anthropic:m", to: "openai:n", reason: Reason.QUOTA_EXHAUSTED, message: "no quota" };

  it("becomes events: what a model was shown, and who goes on in its place; the answer says if it is an old one", async () => {
    const { context: step_, events } = step();
    let asks = 0;
    const heard = await listen({ ...step_, asks: () => asks++ }, asked, "plan", async function* ({ onHeader }) {
      onHeader(new Headers({ "synapse-replayed": "true" }));
      const discarded = [{ engine: "anthropic:m" }];
      yield { event: { attempt: 1, body: { case: "context", value: context } } as never };
      yield { event: said("half") };
      yield { event: { attempt: 1, body: { case: "failover", value: handed } } as never };
      yield { event: { attempt: 2, body: { case: "reset", value: { attempt: 2, reason: "no quota" } } } as never };
      const value = { value: { case: "plan", value: {} }, discarded };
      yield { event: { attempt: 2, body: { case: "result", value } } as never };
    });
    expect(heard).toMatchObject({ isReplayed: true, discarded: [{ engine: "anthropic:m" }] });
    expect(asks).toBe(1);
    expect(events).toMatchObject([
      { case: "contextHanded", value: { prompt: "plan@1", engine: "anthropic:m" } },
      { case: "outputDelta", value: { text: "half" } },
      {
        case: "providerFailover",
        value: { agent: "codex", from: "anthropic:m", to: "openai:n", failure: { reason: Reason.QUOTA_EXHAUSTED } },
      },
      { case: "outputReset", value: { attempt: 2 } },
    ]);
  });

  it("is told at the end by a call that is answered in one piece", async () => {
    const { context: step_, events } = step();
    const discarded = [
      { engine: "anthropic:m", reason: Reason.QUOTA_EXHAUSTED, message: "no quota" },
      { engine: "openai:n", reason: Reason.ENGINE_OUTPUT, message: "no JSON" },
      { engine: "openai:n", reason: Reason.ENGINE_OUTPUT, message: "again no JSON" },
    ] as never[];
    const answer = { count: 3, engine: { kind: "google", model: "g" } as never, discarded, context: context as never };
    const { count, isReplayed } = await ask(step_, asked, async ({ headers }) => {
      expect(headers).toEqual({ "idempotency-key": "run/plan/1" });
      return answer;
    });
    expect({ count, isReplayed }).toEqual({ count: 3, isReplayed: false });
    expect(events.map(({ case: name, value }) => [name, (value as { to?: string }).to])).toEqual([
      ["providerFailover", "openai:n"],
      ["providerFailover", "google:g"],
      ["contextHanded", undefined],
    ]);
  });

  it("is not replayed any more when the stream began anew", async () => {
    const { isReplayed } = await listen(step().context, asked, "plan", async function* ({ contextValues, onHeader }) {
      onHeader(new Headers({ "synapse-joined": "true" }));
      const method = ClaudeService.method.streamPlan;
      contextValues.get(listenerKey)!({ kind: "reset", method, delivered: 1, reason: "it died" });
      yield { event: { attempt: 1, body: { case: "result", value: { value: { case: "plan", value: {} } } } } as never };
    });
    expect(isReplayed).toBe(false);
  });
});

const said = (text: string) => ({ attempt: 1, body: { case: "textDelta", value: text } }) as never;
