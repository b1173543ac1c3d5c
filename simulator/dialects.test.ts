import { generateText, Output, streamText } from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Answer } from "./script.ts";
import { simulator } from "./simulator.ts";
import { apiKey, dialects, sdkModels } from "./testing.ts";

const Plan = z.object({ summary: z.string(), steps: z.array(z.string()) });

const usage = {
  inputTokens: 100,
  cacheReadTokens: 20,
  cacheWriteTokens: 0,
  outputTokens: 50,
  reasoningTokens: 30,
};
const json = { summary: "count to ten", steps: ["one", "two"] };
const told = {
  inputTokens: 120,
  inputTokenDetails: { noCacheTokens: 100, cacheReadTokens: 20 },
  outputTokens: 50,
  outputTokenDetails: { textTokens: 20, reasoningTokens: 30 },
};
const question = { system: "You plan.", prompt: "count", output: Output.object({ schema: Plan, name: "plan" }) };

describe.each(dialects)("the AI SDK and the simulator's %s", (dialect) => {
  const model = sdkModels[dialect];

  it("have the same whole answer, thoughts and usage", async () => {
    const answer: Answer = { json, reasoning: "let me think", usage };
    await using provider = await simulator({ script: { otherwise: answer } });
    const result = await generateText({ model: model(provider.url), ...question, maxRetries: 0 });
    expect(result.output).toEqual(json);
    expect(result.reasoningText).toBe("let me think");
    expect(result.usage).toMatchObject(told);
    expect(result.finishReason).toBe("stop");
    expect(provider.billed()).toEqual(usage);
  });

  it("have the same streamed answer, thoughts and usage", async () => {
    const answer: Answer = { json, reasoning: "let me think", usage };
    await using provider = await simulator({ script: { otherwise: answer } });
    const result = streamText({ model: model(provider.url), ...question, maxRetries: 0 });
    const kinds = new Map<string, number>();
    for await (const { type } of result.fullStream) kinds.set(type, (kinds.get(type) ?? 0) + 1);
    expect(kinds.get("text-delta")).toBeGreaterThan(2);
    expect(kinds.get("reasoning-delta")).toBeGreaterThan(2);
    expect(kinds.get("error")).toBeUndefined();
    expect(await result.output).toEqual(json);
    expect(await result.usage).toMatchObject(told);
    expect(provider.billed()).toEqual(usage);
  });

  it("understand each other's requests", async () => {
    await using provider = await simulator();
    const result = await generateText({ model: model(provider.url), ...question, maxOutputTokens: 500, maxRetries: 0 });
    expect(result.output).toEqual({ summary: "summary", steps: [] });
    expect(provider.requests).toMatchObject([
      { dialect, stream: false, system: "You plan.", prompt: "count", maxOutputTokens: 500 },
    ]);
    expect(provider.requests[0]?.schema).toMatchObject({ type: "object", required: ["summary", "steps"] });
    expect(provider.requests[0]?.hasKey).toBe(dialect !== "compatible");
    expect(JSON.stringify(provider.requests)).not.toContain(apiKey);
  });
});
