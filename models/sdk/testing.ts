// What the contract's tests share: a provider of one kind that follows a script, and a model that asks it.
import { inspect } from "node:util";
import { expect } from "vitest";
import { z } from "zod";
import { failureOf, reasonOf, spentOn } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import type { Billed } from "#simulator/billing.ts";
import type { Answer } from "#simulator/script.ts";
import { simulator } from "#simulator/simulator.ts";
import type { Ask, Reply } from "../model.ts";
import { sdkModel } from "./open.ts";
import type { Kind } from "./settings.ts";

export const kinds: Kind[] = ["anthropic", "google", "openai", "compatible"];
export const key = "sk-canary-0123456789";
export const json = { answer: "forty two is what comes out of it all", steps: ["ask", "wait", "hear"] };
const schema = z.object({ answer: z.string(), steps: z.array(z.string()) });
export const models: Record<Kind, string> = {
  anthropic: "claude-sonnet-4-5",
  google: "gemini-3-pro",
  openai: "gpt-5",
  compatible: "qwen3:4b",
};

export type Bench = Awaited<ReturnType<typeof bench>>;

/** The model's clock is advanced by hand; the provider's stands still: what is late there never comes. */
export async function bench(kind: Kind) {
  const clock = manualClock();
  const provider = await simulator({ clock: manualClock() });
  const heard: [tone: string, text: string][] = [];

  async function ask(answer: Answer, asked: Partial<Ask> = {}): Promise<Reply> {
    provider.script({ answers: [{ json, ...answer }] });
    const model = await sdkModel({ kind, model: models[kind], apiKey: key, baseUrl: provider.url, clock });
    const { signal } = new AbortController();
    const say: Ask["say"] = (text, tone = "text") => heard.push([tone, text]);
    const question = { name: "answer", system: "Be brief.", prompt: "What comes out?", schema, maxOutputTokens: 4000 };
    return model.ask({ ...question, signal, say, ...asked });
  }

  /** How it fails, with all that must hold for every failure. */
  async function failing(answer: Answer, asked: Partial<Ask> = {}) {
    const error: unknown = await ask(answer, asked).then(
      ({ value }) => expect.fail(`answered ${JSON.stringify(value)}`),
      (reason: unknown) => reason,
    );
    expect(provider.requests.length).toBeLessThanOrEqual(1);
    const { message, stack, cause } = error as Error;
    expect(inspect([message, stack, cause, failureOf(error), spentOn(error)], { depth: 9 })).not.toContain(key);
    const { provider: told, retryAfter } = failureOf(error) ?? expect.fail(`${error}`);
    expect(told?.engine).toBe(`${kind}:${models[kind]}`);
    return {
      ...{ fault: told?.fault, status: told?.status, requestId: told?.requestId, reason: reasonOf(error) },
      ...{ message, retryAfterS: retryAfter && Number(retryAfter.seconds) },
      spent: spentOn(error)[0]?.usage,
    };
  }

  return { provider, clock, heard, ask, failing, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
}

export const tokensOf = (usage: Usage | undefined): Billed | undefined =>
  usage && {
    inputTokens: Number(usage.inputTokens),
    outputTokens: Number(usage.outputTokens),
    cacheReadTokens: Number(usage.cacheReadTokens),
    cacheWriteTokens: Number(usage.cacheWriteTokens),
    reasoningTokens: Number(usage.reasoningTokens),
  };

/** Time for what is under way: what was sent has arrived, what has failed has said so. */
export async function turned(): Promise<"turned"> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  return "turned";
}
