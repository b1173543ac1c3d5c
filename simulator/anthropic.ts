// Anthropic's Messages API as it stands in their reference: `POST /v1/messages`, whole and as server-sent events.
import type { Dialect, Said } from "./dialect.ts";

/** Their error types by status. */
const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  504: "timeout_error",
  529: "overloaded_error",
};

const messages: Readonly<Record<string, string>> = {
  rate_limit_error: "This request would exceed your organization's rate limit.",
  overloaded_error: "Overloaded",
  api_error: "Internal server error",
};

export const anthropic: Dialect = {
  name: "anthropic",
  path: /^\/v1\/messages$/,
  isStream: ({ body }) => body.stream === true,
  whole: (said) => ({
    ...head(said),
    content: [{ type: "text", text: said.text }],
    stop_reason: "end_turn",
    usage: { input_tokens: said.inputTokens, output_tokens: said.outputTokens },
  }),
  events(said) {
    const event = (type: string, data: object = {}) => ({ event: type, data: { type, ...data } });
    const start = { ...head(said), content: [], usage: { input_tokens: said.inputTokens, output_tokens: 1 } };
    return [
      event("message_start", { message: start }),
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
      event("ping"),
      ...(said.text.match(/\S+\s*/g) ?? []).map((text) =>
        event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
      ),
      event("content_block_stop", { index: 0 }),
      event("message_delta", {
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: said.outputTokens },
      }),
      event("message_stop"),
    ];
  },
  error(status, message, requestId) {
    const type = errorTypes[status] ?? "api_error";
    return { type: "error", error: { type, message: message ?? messages[type] ?? type }, request_id: requestId };
  },
  limitHeaders: ({ requests, remaining, resetS }, now) => ({
    "anthropic-ratelimit-requests-limit": String(requests),
    "anthropic-ratelimit-requests-remaining": String(remaining),
    // RFC 3339, whole seconds.
    "anthropic-ratelimit-requests-reset": new Date(now.getTime() + resetS * 1000).toISOString().replace(/\.\d+/, ""),
  }),
};

const head = ({ id, model }: Said) => ({
  id: `msg_${id}`,
  type: "message",
  role: "assistant",
  model,
  stop_reason: null,
  stop_sequence: null,
});
