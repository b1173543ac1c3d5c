// Chat completions, as OpenAI made them and Ollama, llama.cpp, vLLM, LM Studio and many others speak them.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { countOf, type Dialect, type Json, objectOf, type Told, textOf } from "./dialect.ts";

export const dialect: Dialect = {
  kind: "compatible",
  language: ({ model, apiKey, baseUrl, fetch }) =>
    createOpenAICompatible({
      name: "compatible",
      baseURL: baseUrl,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
      ...(apiKey !== "" && { apiKey }),
    })(model),
  reads(event) {
    const choice = objectOf(Array.isArray(event.choices) ? event.choices[0] : undefined);
    return {
      model: textOf(event.model),
      requestId: textOf(event.id),
      tokens: event.usage ? tokensOf(objectOf(event.usage)) : undefined,
      ended: textOf(choice.finish_reason) !== undefined,
      error: event.error === undefined ? undefined : event,
    };
  },
};

/** What was cached stands within the prompt, the reasoning within the completion. */
function tokensOf(usage: Json): NonNullable<Told["tokens"]> {
  const cacheRead = countOf(objectOf(usage.prompt_tokens_details).cached_tokens);
  return {
    input: countOf(usage.prompt_tokens) - cacheRead,
    output: countOf(usage.completion_tokens),
    cacheRead,
    reasoning: countOf(objectOf(usage.completion_tokens_details).reasoning_tokens),
  };
}
