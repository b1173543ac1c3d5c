// OpenAI's Responses API: `POST /v1/responses`, whole and as numbered events.
import type { Dialect, Event } from "./dialect.ts";
import { openaiError, openaiErrors } from "./openai-errors.ts";
import { outputOf } from "./openai-output.ts";
import type { Said } from "./said.ts";
import { textOf } from "./text-of.ts";

interface Body {
  instructions?: string | null;
  input?: string | { role?: string; type?: string }[];
  text?: { format?: { name?: string; schema?: Record<string, unknown> } };
  max_output_tokens?: number | null;
}

export const openai: Dialect = {
  ...openaiErrors,
  name: "openai",
  countsCacheWrites: true,
  path: /^\/v1\/responses$/,
  read(body) {
    const { instructions, input = [], text, max_output_tokens } = body as Body;
    const items = typeof input === "string" ? [{ role: "user", content: input }] : input;
    const isSystem = ({ role }: { role?: string }) => role === "system" || role === "developer";
    return {
      model: String(body.model),
      stream: body.stream === true,
      system: textOf([instructions ?? "", ...items.filter(isSystem)]),
      prompt: textOf(items.filter((item) => !isSystem(item) && item.role !== "assistant")),
      schema: text?.format?.schema,
      schemaName: text?.format?.name,
      maxOutputTokens: max_output_tokens ?? undefined,
    };
  },
  whole: (said) => response(said, endOf(said)),
  events(said) {
    const begun = response(said, "in_progress");
    const status = endOf(said);
    return numbered([
      { event: "response.created", data: { response: begun } },
      { event: "response.in_progress", data: { response: begun } },
      ...outputOf(said).flatMap(({ events }, output_index) =>
        events.map((event) => ({ ...event, data: { output_index, ...event.data } })),
      ),
      { event: `response.${status}`, data: { response: response(said, status) }, ends: true },
    ]);
  },
  errorEvent(refused, at) {
    const { code, message, param } = openaiError(refused);
    return {
      event: "error",
      data: { type: "error", sequence_number: at, code: code ?? "server_error", message, param },
    };
  },
};

const endOf = ({ stop }: Said) => (stop === "length" ? "incomplete" : "completed");

const numbered = (events: (Event & { event: string; data: object })[]): Event[] =>
  events.map((event, at) => ({ ...event, data: { type: event.event, sequence_number: at, ...event.data } }));

const response = (said: Said, status: "in_progress" | "completed" | "incomplete") => ({
  id: `resp_${said.id}`,
  object: "response",
  created_at: said.created,
  status,
  error: null,
  incomplete_details: status === "incomplete" ? { reason: "max_output_tokens" } : null,
  model: said.model,
  output: status === "in_progress" ? [] : outputOf(said).map(({ item }) => item),
  parallel_tool_calls: true,
  service_tier: "default",
  usage: status === "in_progress" ? null : usageOf(said),
});

/** The cache is part of the input here. */
function usageOf({ usage }: Said) {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: input + usage.outputTokens,
  };
}
