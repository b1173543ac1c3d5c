// Anthropic's Messages API as it stands in their reference: `POST /v1/messages`, whole and as server-sent events.
import { bearer, type Dialect, type Event, type Refused } from "./dialect.ts";
import { piecesOf, type Said } from "./said.ts";
import { textOf } from "./text-of.ts";

/** Their error types by status, and what they say. */
const errors: Readonly<Record<number, [type: string, message: string]>> = {
  400: ["invalid_request_error", "messages: Field required"],
  401: ["authentication_error", "invalid x-api-key"],
  402: ["billing_error", "There is an issue with your billing or payment information."],
  403: ["permission_error", "Your API key does not have permission to use the specified resource."],
  404: ["not_found_error", "Not found"],
  413: ["request_too_large", "Request exceeds the maximum size"],
  429: ["rate_limit_error", "This request would exceed your organization's rate limit."],
  500: ["api_error", "Internal server error"],
  504: ["timeout_error", "Request timed out"],
  529: ["overloaded_error", "Overloaded"],
};

const noCredit =
  "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.";

/** Tools whose input is the answer: the AI SDK's for models without structured output, and Claude Code's. */
const structuredTools = ["json", "StructuredOutput"];

interface Tool {
  name: string;
  input_schema?: Record<string, unknown>;
}

export const anthropic: Dialect = {
  name: "anthropic",
  path: /^\/v1\/messages$/,
  countsCacheWrites: true,
  requestIdHeader: "request-id",
  // An exhausted balance is a bad request there.
  statusOf: { key: 401, quota: 400 },
  keyOf: (headers) => headers["x-api-key"]?.toString() ?? bearer(headers),
  read(body) {
    const {
      output_config,
      tools = [],
      messages = [],
    } = body as {
      output_config?: { format?: { schema?: Record<string, unknown> } };
      tools?: Tool[];
      messages?: { role: string; content: unknown }[];
    };
    const tool = tools.find(({ name }) => structuredTools.includes(name));
    const isAnswered = messages.some(({ content }) => hasToolResult(content));
    const schema = output_config?.format?.schema ?? tool?.input_schema;
    return {
      model: String(body.model),
      stream: body.stream === true,
      system: textOf(body.system),
      prompt: textOf(messages.filter(({ role }) => role === "user")),
      schema,
      schemaName: schema?.title as string | undefined,
      structuredTool: output_config?.format === undefined && !isAnswered ? tool?.name : undefined,
      maxOutputTokens: body.max_tokens as number | undefined,
    };
  },
  whole: (said) => ({
    ...head(said),
    content: blocksOf(said).map(({ block }) => block),
    ...ending(said),
    usage: usageOf(said),
  }),
  events(said) {
    const start = { ...head(said), content: [], usage: { ...usageOf(said), output_tokens: 1 } };
    const events = [
      event("message_start", { message: start }),
      ...blocksOf(said).flatMap(({ open, deltas, close = [] }, index) => [
        event("content_block_start", { index, content_block: open }),
        ...deltas.map(([delta, kind, text]) => ({
          ...event("content_block_delta", { index, delta }),
          carries: { kind, text },
        })),
        ...close.map((delta) => event("content_block_delta", { index, delta })),
        event("content_block_stop", { index }),
      ]),
      event("message_delta", { delta: ending(said), usage: usageOf(said) }),
      { ...event("message_stop"), ends: true },
    ];
    // It comes within the first block.
    return events.toSpliced(2, 0, event("ping"));
  },
  error({ status, fault, message, model, requestId }) {
    const [type, usual] = errors[status] ?? [status < 500 ? "invalid_request_error" : "api_error", `status ${status}`];
    const words = fault === "quota" ? noCredit : status === 404 ? `model: ${model}` : usual;
    return { type: "error", error: { type, message: message ?? words }, request_id: requestId };
  },
  errorEvent: (refused: Refused) => ({ event: "error", data: anthropic.error(refused) }),
  limitHeaders({ limit, retryAfterS }, now) {
    // RFC 3339, whole seconds.
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString().replace(/\.\d+/, "");
    const headers = (
      of: string,
      { limit, remaining, resetS }: { limit: number; remaining: number; resetS: number },
    ) => ({
      [`anthropic-ratelimit-${of}-limit`]: String(limit),
      [`anthropic-ratelimit-${of}-remaining`]: String(remaining),
      [`anthropic-ratelimit-${of}-reset`]: at(resetS),
    });
    return {
      ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
      ...(limit && headers("requests", { ...limit, limit: limit.requests })),
      ...(limit?.tokens && headers("tokens", limit.tokens)),
    };
  },
};

/** One that was not taken asks for another call. */
const hasToolResult = (content: unknown) =>
  Array.isArray(content) &&
  content.some(({ type, is_error }: { type?: string; is_error?: boolean }) => type === "tool_result" && !is_error);

const event = (type: string, data: object = {}): Event => ({ event: type, data: { type, ...data } });

const head = ({ id, model }: Said) => ({
  id: `msg_${id}`,
  type: "message",
  role: "assistant",
  model,
  stop_reason: null,
  stop_sequence: null,
});

const stops = { end: "end_turn", length: "max_tokens", refusal: "refusal", tools: "tool_use" };

const ending = ({ stop, text }: Said) => ({
  stop_reason: stops[stop],
  stop_sequence: null,
  ...(stop === "refusal" && { stop_details: { type: "refusal", category: null, explanation: text } }),
});

const usageOf = ({ usage }: Said) => ({
  input_tokens: usage.inputTokens,
  cache_creation_input_tokens: usage.cacheWriteTokens,
  cache_read_input_tokens: usage.cacheReadTokens,
  output_tokens: usage.outputTokens,
  output_tokens_details: { thinking_tokens: usage.reasoningTokens },
  service_tier: "standard",
});

interface Block {
  block: object;
  open: object;
  deltas: [delta: object, kind: "reasoning" | "said", text: string][];
  close?: object[];
}

function blocksOf({ reasoning, text, toolCalls, sources, id }: Said): Block[] {
  const signature = "c2ltdWxhdGVk";
  const thinking: Block = {
    block: { type: "thinking", thinking: reasoning, signature },
    open: { type: "thinking", thinking: "", signature: "" },
    deltas: piecesOf(reasoning).map((text) => [{ type: "thinking_delta", thinking: text }, "reasoning", text]),
    close: [{ type: "signature_delta", signature }],
  };
  const texts: Block = {
    block: { type: "text", text },
    open: { type: "text", text: "" },
    deltas: piecesOf(text).map((text) => [{ type: "text_delta", text }, "said", text]),
  };
  const calls = toolCalls.map(({ name, input }, at): Block => {
    const call = { type: "tool_use", id: `toolu_${id}_${at}`, name };
    return {
      block: { ...call, input },
      open: { ...call, input: {} },
      deltas: piecesOf(JSON.stringify(input)).map((text) => [
        { type: "input_json_delta", partial_json: text },
        "said",
        text,
      ]),
    };
  });
  return [
    ...(reasoning ? [thinking] : []),
    ...(sources.length > 0 ? searchBlocks(sources, id) : []),
    ...(text ? [texts] : []),
    ...calls,
  ];
}

function searchBlocks(sources: readonly string[], id: string): Block[] {
  const use = { type: "server_tool_use", id: `srvtoolu_${id}`, name: "web_search" };
  const content = sources.map((url) => ({
    type: "web_search_result",
    url,
    title: url,
    encrypted_content: "c2ltdWxhdGVk",
    page_age: null,
  }));
  const result = { type: "web_search_tool_result", tool_use_id: use.id, content };
  const query = JSON.stringify({ query: "simulated" });
  return [
    {
      block: { ...use, input: JSON.parse(query) },
      open: { ...use, input: {} },
      deltas: [],
      close: [{ type: "input_json_delta", partial_json: query }],
    },
    { block: result, open: result, deltas: [] },
  ];
}
