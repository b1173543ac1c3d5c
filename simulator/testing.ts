// Asks the simulator in each dialect, with and without the AI SDK, for its tests.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";
import type { Simulator } from "./simulator.ts";

export const dialects = ["anthropic", "google", "openai", "compatible"] as const;
export type DialectName = (typeof dialects)[number];

export const apiKey = "a-key";

/** The AI SDK's models. */
export const sdkModels: Record<DialectName, (url: string) => LanguageModel> = {
  anthropic: (url) => createAnthropic({ baseURL: `${url}/v1`, apiKey })("claude-sonnet-4-5"),
  google: (url) => createGoogle({ baseURL: `${url}/v1beta`, apiKey })("gemini-x"),
  openai: (url) => createOpenAI({ baseURL: `${url}/v1`, apiKey })("gpt-x"),
  compatible: (url) =>
    createOpenAICompatible({
      name: "local",
      baseURL: `${url}/v1`,
      supportsStructuredOutputs: true,
      includeUsage: true,
    })("qwen-x"),
};

const schema = { type: "object", properties: { summary: { type: "string" } }, required: ["summary"] };
const messages = [{ role: "user", content: "count to ten" }];

/** A request for an answer with a schema, with a key. */
export function askIn(dialect: DialectName, { url }: Simulator, stream: boolean, signal?: AbortSignal) {
  const model = "model-x";
  const method = stream ? "streamGenerateContent?alt=sse" : "generateContent";
  const asked = {
    anthropic: {
      path: "/v1/messages",
      body: { model, max_tokens: 1000, stream, messages, output_config: { format: { type: "json_schema", schema } } },
    },
    google: {
      path: `/v1beta/models/${model}:${method}`,
      body: {
        contents: [{ role: "user", parts: [{ text: "count to ten" }] }],
        generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema },
      },
    },
    openai: {
      path: "/v1/responses",
      body: {
        model,
        stream,
        input: messages,
        text: { format: { type: "json_schema", name: "plan", strict: true, schema } },
      },
    },
    compatible: {
      path: "/v1/chat/completions",
      body: {
        model,
        stream,
        stream_options: { include_usage: true },
        messages,
        response_format: { type: "json_schema", json_schema: { name: "plan", schema } },
      },
    },
  }[dialect];
  const headers = { "x-api-key": apiKey, "x-goog-api-key": apiKey, authorization: `Bearer ${apiKey}` };
  return fetch(url + asked.path, { method: "POST", headers, body: JSON.stringify(asked.body), signal: signal ?? null });
}

/** The data of each event. */
export function dataOf(text: string): string[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data!);
}
