// Reads the lines of Claude Code's stream-json.
import { Payer } from "#gen/synapse/v1/usage_pb.ts";
import { Fault } from "../provider-failure.ts";
import { countOf, type Heard, type Json, listOf, objectOf, type Tokens, type Told, textOf } from "./cli.ts";

/** The answer comes as a call of a tool of this name, which takes the schema. */
const answerTool = "StructuredOutput";
/** Stands in the place of an answer that is no JSON. */
const unread = "__unparsedToolInput";

export function readClaude(told: Told, line: Json): Heard {
  switch (line.type) {
    case "system":
      return line.subtype === "init" ? { payer: payerOf(line.apiKeySource) } : {};
    case "rate_limit_event":
      return limit(objectOf(line.rate_limit_info));
    case "stream_event":
      return event(told, objectOf(line.event));
    case "assistant":
      return message(line, objectOf(line.message));
    case "result":
      return result(told, line);
    default:
      return {};
  }
}

const payerOf = (source: unknown) => (source === "none" ? Payer.SUBSCRIPTION : Payer.API_KEY);

function limit({ status, resetsAt }: Json): Heard {
  return status === "rejected" && typeof resetsAt === "number" ? { resetsAtMs: resetsAt * 1000 } : {};
}

/** An event of the Messages API. */
function event(told: Told, { type, message, delta, usage }: Json): Heard {
  if (type === "message_start") {
    const { model, usage } = objectOf(message);
    const { output, ...tokens } = tokensOf(objectOf(usage));
    return { modelUsed: textOf(model), tokens };
  }
  const { text, partial_json, thinking, stop_reason } = objectOf(delta);
  if (type === "content_block_delta") {
    const says = textOf(text) || textOf(partial_json);
    const thinks = textOf(thinking);
    return { says, thinks, text: told.text + says, thought: told.thought + thinks };
  }
  if (type !== "message_delta") return {};
  const tokens = { ...told.tokens, output: countOf(objectOf(usage).output_tokens) };
  return stop_reason === "max_tokens" ? cutByLength(tokens) : { tokens, isCounted: true };
}

/** It goes on by itself: the next request has begun by now, so that what was sent is billed twice. */
function cutByLength({ input = 0, cacheRead = 0, cacheWrite = 0, output = 0 }: Partial<Tokens>): Heard {
  const tokens = { input: 2 * input, cacheRead: 2 * cacheRead, cacheWrite: 2 * cacheWrite, output };
  return { tokens, trouble: { fault: Fault.LENGTH, words: "max_tokens" }, isEnough: true };
}

/** A message of the model, or in its place one of the program about what went wrong. */
function message(line: Json, { model, content }: Json): Heard {
  const requestId = textOf(line.request_id);
  const blocks = listOf(content).map(objectOf);
  if (model === "<synthetic>") {
    const words = blocks.map(({ text }) => textOf(text)).join(" ");
    return { trouble: { words, fault: faults[textOf(line.error)] }, ...(requestId && { requestId }) };
  }
  const answer = blocks.find(({ type, name }) => type === "tool_use" && name === answerTool);
  const input = objectOf(answer?.input);
  const isRead = answer !== undefined && !(unread in input);
  return { modelUsed: textOf(model), requestId, ...(isRead && { value: input }) };
}

/** What it calls errors, where that says it all. */
const faults: Readonly<Record<string, Fault>> = {
  authentication_failed: Fault.AUTH,
  oauth_org_not_allowed: Fault.FORBIDDEN,
  billing_error: Fault.QUOTA,
  rate_limit: Fault.RATE_LIMIT,
  model_not_found: Fault.REQUEST,
  max_output_tokens: Fault.LENGTH,
};

function result(told: Told, line: Json): Heard {
  const tokens = tokensOf(objectOf(line.usage));
  // After an answer of another shape it forgets what that cost.
  const counted = tokens.input + tokens.output > 0 && { tokens, isCounted: true, costUsd: costOf(line) };
  const ended = { isOver: true, ...counted };
  if (line.subtype === "error_max_structured_output_retries") return ended;
  if (line.is_error === true || line.subtype !== "success") {
    const words = textOf(line.result) || listOf(line.errors).map(textOf).join(" ") || textOf(line.subtype);
    const status = countOf(line.api_error_status) || undefined;
    const fault = line.stop_reason === "refusal" ? Fault.REFUSED : told.trouble?.fault;
    return { ...ended, trouble: { words, status, fault } };
  }
  const value = line.structured_output ?? told.value;
  return { ...ended, text: told.text || textOf(line.result), ...(value !== undefined && { value }) };
}

/** A request that gave something back, or cost a fortune, was not counted. */
const costOf = ({ total_cost_usd: cost }: Json) =>
  typeof cost === "number" && cost >= 0 && cost < 1e6 ? cost : undefined;

function tokensOf(usage: Json) {
  return {
    input: countOf(usage.input_tokens),
    output: countOf(usage.output_tokens),
    cacheRead: countOf(usage.cache_read_input_tokens),
    cacheWrite: countOf(usage.cache_creation_input_tokens),
  };
}
