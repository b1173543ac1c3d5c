// Reads the lines of `codex exec --json`.
import { countOf, type Heard, type Json, objectOf, type Told, textOf } from "./cli.ts";

export function readCodex(told: Told, line: Json): Heard {
  switch (line.type) {
    case "item.completed":
      return item(told, objectOf(line.item));
    case "turn.completed":
      return { tokens: tokensOf(objectOf(line.usage)), isCounted: true, isOver: true, trouble: undefined };
    // Not the end: it may still try to connect.
    case "error":
      return trouble(textOf(line.message));
    case "turn.failed":
      return { ...trouble(textOf(objectOf(line.error).message)), isOver: true };
    default:
      return {};
  }
}

function trouble(words: string): Heard {
  const [, status] = /\bstatus:? (\d{3})\b/.exec(words) ?? [];
  const [, requestId] = /\brequest id: ([\w-]+)/.exec(words) ?? [];
  return { trouble: { words, ...(status && { status: Number(status) }) }, ...(requestId && { requestId }) };
}

function item(told: Told, { type, text }: Json): Heard {
  const words = textOf(text);
  if (type === "reasoning") return { thinks: words, thought: told.thought + words };
  // The last message is the answer, what comes before is talk.
  return type === "agent_message" ? { says: words, text: words } : {};
}

/** Of the whole thread, so never added up. What was cached stands within the input, the reasoning within the output. */
function tokensOf(usage: Json) {
  const cacheRead = countOf(usage.cached_input_tokens);
  const cacheWrite = countOf(usage.cache_write_input_tokens);
  return {
    input: Math.max(0, countOf(usage.input_tokens) - cacheRead - cacheWrite),
    output: countOf(usage.output_tokens),
    cacheRead,
    cacheWrite,
    reasoning: countOf(usage.reasoning_output_tokens),
  };
}
