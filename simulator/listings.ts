// What clients ask beside answers: which models there are, as each provider lists them, and how many tokens a request has.
import type { IncomingHttpHeaders } from "node:http";
import { tokensIn } from "./billing.ts";

const since = "2026-01-01T00:00:00Z";

/** The JSON for a GET; undefined where nothing is listed. */
export function listing(path: string, headers: IncomingHttpHeaders, models: readonly string[]): unknown {
  if (path === "/v1/models") return "anthropic-version" in headers ? anthropicModels(models) : openaiModels(models);
  if (path === "/v1beta/models") return { models: models.map(googleModel) };
  if (path === "/api/tags") return { models: models.map(ollamaModel) };
  if (path === "/api/version") return { version: "0.12.0" };
  return undefined;
}

/** The JSON for a request that only counts; undefined when it does not. */
export function counting(path: string, body: Readonly<Record<string, unknown>>): unknown {
  const { model: _, ...asked } = body;
  const tokens = tokensIn(JSON.stringify(asked).length);
  if (path === "/v1/messages/count_tokens") return { input_tokens: tokens };
  if (/^\/v1beta\/models\/[^/:]+:countTokens$/.test(path)) return { totalTokens: tokens };
  return undefined;
}

const openaiModels = (models: readonly string[]) => ({
  object: "list",
  data: models.map((id) => ({ id, object: "model", created: Date.parse(since) / 1000, owned_by: "simulator" })),
});

const anthropicModels = (models: readonly string[]) => ({
  data: models.map((id) => ({ type: "model", id, display_name: id, created_at: since })),
  has_more: false,
  first_id: models[0] ?? null,
  last_id: models.at(-1) ?? null,
});

const googleModel = (model: string) => ({
  name: `models/${model}`,
  displayName: model,
  inputTokenLimit: 1_000_000,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ["generateContent", "countTokens"],
});

const ollamaModel = (model: string) => ({
  name: model,
  model,
  modified_at: since,
  size: 2_000_000_000,
  digest: "0".repeat(64),
  details: {
    parent_model: "",
    format: "gguf",
    family: "simulated",
    families: ["simulated"],
    parameter_size: "4B",
    quantization_level: "Q4_K_M",
  },
});
