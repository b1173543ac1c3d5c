// OpenAI's Responses API.
import { createOpenAI } from "@ai-sdk/openai";
import { countOf, type Dialect, type Endpoint, type Json, objectOf, type Told, textOf } from "./dialect.ts";

const provider = ({ apiKey, baseUrl, fetch }: Endpoint) => createOpenAI({ apiKey, baseURL: baseUrl, fetch });

export const dialect: Dialect = {
  kind: "openai",
  language: (endpoint) => provider(endpoint).responses(endpoint.model),
  search: (endpoint) => ({ tools: { web_search: provider(endpoint).tools.webSearch({}) }, besideSchema: true }),
  reads(event) {
    if (event.type === "error") return { error: event };
    if (typeof event.type !== "string" || !event.type.startsWith("response.")) return {};
    const response = objectOf(event.response);
    return {
      model: textOf(response.model),
      requestId: textOf(response.id),
      tokens: response.usage ? tokensOf(objectOf(response.usage)) : undefined,
      ended: event.type === "response.completed" || event.type === "response.incomplete",
      error: event.type === "response.failed" ? event : undefined,
    };
  },
};

/** What was cached stands within the input, the reasoning within the output. */
function tokensOf(usage: Json): NonNullable<Told["tokens"]> {
  const details = objectOf(usage.input_tokens_details);
  const cacheRead = countOf(details.cached_tokens);
  const cacheWrite = countOf(details.cache_write_tokens);
  return {
    input: countOf(usage.input_tokens) - cacheRead - cacheWrite,
    output: countOf(usage.output_tokens),
    cacheRead,
    cacheWrite,
    reasoning: countOf(objectOf(usage.output_tokens_details).reasoning_tokens),
  };
}
