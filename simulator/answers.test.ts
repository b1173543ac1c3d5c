import { generateText, streamText, type ToolSet, tool } from "ai";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { failures } from "./failures.ts";
import type { Answer } from "./script.ts";
import { simulator } from "./simulator.ts";
import { askIn, type DialectName, dialects, sdkModels } from "./testing.ts";

const tools: ToolSet = { look: tool({ inputSchema: z.object({ path: z.string() }) }) };

/** What the AI SDK reads from a whole answer and from a streamed one. */
async function bothWays(dialect: DialectName, answer: Answer) {
  await using provider = await simulator({ script: { otherwise: answer } });
  const asked = { model: sdkModels[dialect](provider.url), prompt: "go on", tools, maxRetries: 0 };
  const streamed = streamText(asked);
  await streamed.consumeStream();
  const whole = await generateText(asked);
  return [
    { text: whole.text, stop: whole.finishReason, calls: whole.toolCalls, sources: whole.sources },
    {
      text: await streamed.text,
      stop: await streamed.finishReason,
      calls: await streamed.toolCalls,
      sources: await streamed.sources,
    },
  ];
}

describe.each(dialects)("answers of %s", (dialect) => {
  it("call tools", async () => {
    const answer = { text: "I look.", toolCalls: [{ name: "look", input: { path: "a.mjs" } }] };
    for (const { text, stop, calls } of await bothWays(dialect, answer)) {
      expect([text, stop]).toEqual(["I look.", "tool-calls"]);
      expect(calls).toMatchObject([{ toolName: "look", input: { path: "a.mjs" } }]);
    }
  });

  it("name the pages that were found, where the provider searches", async () => {
    const url = "https://example.com/page";
    for (const { text, stop, sources } of await bothWays(dialect, { text: "Found.", sources: [url] })) {
      expect([text, stop]).toEqual(["Found.", "stop"]);
      const urls = sources.flatMap((source) => (source.sourceType === "url" ? [source.url] : []));
      expect(new Set(urls)).toEqual(new Set(dialect === "compatible" ? [] : [url]));
    }
  });

  it("are refused", async () => {
    for (const { text, stop } of await bothWays(dialect, failures.refused)) {
      expect(stop).toBe("content-filter");
      expect(text).not.toContain("model would have said");
    }
  });

  it("are cut at the limit, also at the one of the request", async () => {
    for (const { text, stop } of await bothWays(dialect, failures.tooLong)) {
      expect(["This is what a model ", "length"]).toEqual([text.slice(0, 21), stop]);
      expect(text).toHaveLength(22);
    }
    await using provider = await simulator();
    const asked = { model: sdkModels[dialect](provider.url), prompt: "go on", maxOutputTokens: 5 };
    const { text, finishReason, usage } = await generateText(asked);
    expect([text, finishReason, usage.outputTokens]).toEqual(["This is what a model", "length", 5]);
    expect(provider.billed().outputTokens).toBe(5);
  });

  it("are empty, and end well", async () => {
    for (const { text, stop } of await bothWays(dialect, failures.empty)) expect([text, stop]).toEqual(["", "stop"]);
  });

  it("are billed as the script says, also when they are empty", async () => {
    const usage = { inputTokens: 3, outputTokens: 5 };
    await using provider = await simulator({ script: { otherwise: { empty: true, usage } } });
    for (const stream of [false, true]) await (await askIn(dialect, provider, stream)).text();
    expect(provider.requests).toMatchObject([{ billed: usage }, { billed: usage }]);
  });

  it("are no JSON, or of another shape, and end well", async () => {
    await using provider = await simulator({ script: { answers: [failures.malformed, failures.wrongSchema] } });
    const read = async () => JSON.stringify(await (await askIn(dialect, provider, false)).json());
    expect(await read()).not.toContain(String.raw`summary\":\"summary\"}`);
    expect(await read()).toContain(String.raw`{\"nothing\":\"that was asked for\"}`);
  });

  it("are of another model than was asked", async () => {
    await using provider = await simulator({ script: { otherwise: { model: "model-x-2026-01-01" } } });
    for (const stream of [false, true]) {
      expect(await (await askIn(dialect, provider, stream)).text()).toContain('"model-x-2026-01-01"');
    }
    expect(provider.requests.map(({ model }) => model)).toEqual(["model-x", "model-x"]);
  });
});

describe("the structured answer of a model that is asked for it by a tool", () => {
  const asked = { role: "user", content: "go on" };
  const tools = [
    { name: "StructuredOutput", input_schema: { type: "object", properties: { ok: { type: "boolean" } } } },
  ];
  const result = (is_error: boolean) => ({
    role: "user",
    content: [{ type: "tool_result", content: "read", is_error }],
  });

  it.each([
    ["is a call", [asked], { content: [{ type: "tool_use", input: { ok: true } }], stop_reason: "tool_use" }],
    ["is called again when it was not taken", [asked, result(true)], { content: [{ type: "tool_use" }] }],
    [
      "is said once it was taken",
      [asked, result(false)],
      { content: [{ text: '{"ok":true}' }], stop_reason: "end_turn" },
    ],
  ])("%s", async (_, messages, expected) => {
    await using provider = await simulator({ script: { otherwise: { json: { ok: true } } } });
    const body = JSON.stringify({ model: "model-x", tools, messages });
    expect(await (await fetch(`${provider.url}/v1/messages`, { method: "POST", body })).json()).toMatchObject(expected);
    expect(provider.requests[0]?.schema).toEqual(tools[0]!.input_schema);
  });
});
