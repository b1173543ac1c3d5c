// Anthropic's Messages API.
import { createAnthropic } from "@ai-sdk/anthropic";
import { countOf, type Dialect, type Endpoint, type Json, objectOf, type Told, textOf } from "./dialect.ts";

const provider = ({ apiKey, baseUrl, fetch }: Endpoint) => createAnthropic({ apiKey, baseURL: baseUrl, fetch });

export const dialect: Dialect = {
  kind: "anthropic",
  language: (endpoint) => provider(endpoint)(endpoint.model),
  search: (endpoint) => ({
    tools: { web_search: provider(endpoint).tools.webSearch_20250305({ maxUses: 5 }) },
    besideSchema: true,
  }),
  reads(event) {
    switch (event.type) {
      case "message_start": {
        const message = objectOf(event.message);
        // The output counted here is that of the beginning.
        const { output: _, ...tokens } = tokensOf(objectOf(message.usage));
        return { model: textOf(message.model), requestId: textOf(message.id), tokens };
      }
      case "message_delta":
        return { tokens: tokensOf(objectOf(event.usage)) };
      case "message_stop":
        return { ended: true };
      default:
        return event.type === "error" ? { error: event } : {};
    }
  },
};

/** A delta counts all so far; what it leaves out stays as it was. */
function tokensOf(usage: Json): NonNullable<Told["tokens"]> {
  return {
    ...counted("input", usage.input_tokens),
    ...counted("output", usage.output_tokens),
    ...counted("cacheRead", usage.cache_read_input_tokens),
    ...counted("cacheWrite", usage.cache_creation_input_tokens),
    ...counted("reasoning", objectOf(usage.output_tokens_details).thinking_tokens),
  };
}

const counted = (name: string, value: unknown) => (typeof value === "number" ? { [name]: countOf(value) } : {});
