// Several engines for one: where one fails, the next goes on, and who failed, why and at what price is told.

import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { type Clock, systemClock } from "#core/clock.ts";
import { failureOf, messageOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { type EngineAttempt, EngineAttemptSchema, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import type { Answer, Engine, Thinking } from "./engine.ts";
import { nameOf } from "./model.ts";
import { openPurse } from "./purse.ts";
import { withSpent } from "./spent.ts";

/** What another engine may do better. A caller who left, a wrong request and an empty budget are the same for all. */
const passedOn: ReadonlySet<Reason> = new Set([
  Reason.DEPENDENCY,
  Reason.QUOTA_EXHAUSTED,
  Reason.RATE_LIMITED,
  Reason.ENGINE_AUTH,
  Reason.ENGINE_OUTPUT,
  Reason.ENGINE_REFUSED,
  Reason.ENGINE_CANNOT,
  Reason.UNREACHABLE,
  Reason.CONNECTION_LOST,
  Reason.TRUNCATED,
  Reason.DEADLINE,
]);

/** An engine without quota is not asked before its reset, but at least once an hour: the provider may have been wrong. */
const longestRestMs = 3_600_000;

/** Rejects with the last error, or with the soonest reset when an engine only lacks quota; its Spending holds all tries. */
export function chain(engines: readonly [Engine, ...Engine[]], clock: Clock = systemClock): Engine {
  if (engines.length === 1) return engines[0];
  /** Engines whose quota is used up, with the time it may be back and what was said. */
  const resting = new Map<Engine, { untilMs: number; error: unknown }>();

  function rested(engine: Engine): { waitMs: number; error: unknown } | undefined {
    const rest = resting.get(engine);
    if (rest === undefined) return undefined;
    const waitMs = rest.untilMs - clock.now();
    if (waitMs > 0) return { waitMs, error: rest.error };
    resting.delete(engine);
    return undefined;
  }

  async function answered<T>(thinking: Thinking, ask: (engine: Engine, thinking: Thinking) => Promise<Answer<T>>) {
    // One purse for all of them: what one spent the next can't spend again.
    const shared: Thinking = { ...thinking, purse: thinking.purse ?? openPurse(thinking.allowance) };
    const discarded: EngineAttempt[] = [];
    const errors: unknown[] = [];
    const isAllResting = engines.every(rested);

    for (const [index, engine] of engines.entries()) {
      const next = engines[index + 1];
      const rest = isAllResting ? undefined : rested(engine);
      try {
        if (rest) throw withSpent(rest.error, [], `not asked, its quota is used up: ${messageOf(rest.error)}`);
        const answer = await ask(engine, shared);
        discarded.push(...(answer.discarded ?? []));
        return {
          ...answer,
          engine: answer.engine ?? { kind: engine.kind, model: engine.model },
          discarded: numbered(discarded),
        };
      } catch (error) {
        discarded.push(...triesOf(error, engine));
        errors.push(error);
        const reason = reasonOf(error);
        const waitMs = quotaMs(error);
        if (!rest && waitMs !== undefined) {
          resting.set(engine, { untilMs: clock.now() + Math.min(waitMs, longestRestMs), error });
        }
        const isOver = thinking.signal.aborted || !passedOn.has(reason) || engine.kind === "builtin";
        if (isOver || next === undefined) throw failed(isOver ? error : hopeful(errors), errors, discarded, engines);
        thinking.restarts?.({ from: nameOf(engine), to: nameOf(next), reason, message: messageOf(error) });
      }
    }
    throw new Error("a chain has at least one engine");
  }

  const [{ kind, model }] = engines;
  return {
    kind,
    model,
    plan: (request, thinking) => answered(thinking, (engine, shared) => engine.plan(request, shared)),
    generateCode: (request, thinking) => answered(thinking, (engine, shared) => engine.generateCode(request, shared)),
    research: (request, thinking) => answered(thinking, (engine, shared) => engine.research(request, shared)),
    analyze: (request, thinking) => answered(thinking, (engine, shared) => engine.analyze(request, shared)),
    reviewCode: (request, thinking) => answered(thinking, (engine, shared) => engine.reviewCode(request, shared)),
    writeTests: (request, thinking) => answered(thinking, (engine, shared) => engine.writeTests(request, shared)),
  };
}

/** What the error says was tried; a try that cost nothing is one too, so that numbers fit what was told. */
function triesOf(error: unknown, engine: Engine): EngineAttempt[] {
  const spent = spentOn(error);
  if (spent.length > 0) return spent;
  const free = { provenance: Provenance.MEASURED, costProvenance: Provenance.MEASURED };
  const told = {
    reason: reasonOf(error),
    message: messageOf(error),
    requestId: failureOf(error)?.provider?.requestId ?? "",
  };
  return [create(EngineAttemptSchema, { engine: nameOf(engine), usage: free, ...told })];
}

function numbered(attempts: readonly EngineAttempt[]): EngineAttempt[] {
  return attempts.map((attempt, index) => create(EngineAttemptSchema, { ...attempt, attempt: index + 1 }));
}

/** The error that says most about when to come back: the soonest reset of a quota, or the last. */
function hopeful(errors: readonly unknown[]): unknown {
  const resets = errors.filter((error) => quotaMs(error) !== undefined);
  return resets.sort((a, b) => quotaMs(a)! - quotaMs(b)!)[0] ?? errors.at(-1);
}

function quotaMs(error: unknown): number | undefined {
  const known = failureOf(error);
  return known?.reason === Reason.QUOTA_EXHAUSTED && known.retryAfter ? durationMs(known.retryAfter) : undefined;
}

function failed(
  error: unknown,
  errors: readonly unknown[],
  discarded: readonly EngineAttempt[],
  engines: readonly Engine[],
): unknown {
  if (errors.length === 1 && spentOn(error).length === 0) return error;
  const each = errors.map((one, index) => `${nameOf(engines[index]!)}: ${messageOf(one)}`);
  const message = errors.length === 1 ? messageOf(error) : `no engine of the chain answered: ${each.join("; ")}`;
  return withSpent(error, numbered(discarded), message);
}
