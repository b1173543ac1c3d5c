// Reads the lines of Gemini CLI's stream-json.
import { countOf, type Heard, type Json, objectOf, type Told, textOf } from "./cli.ts";

export function readGemini(told: Told, line: Json): Heard {
  switch (line.type) {
    case "message": {
      if (line.role !== "assistant") return {};
      const says = textOf(line.content);
      return { says, text: told.text + says };
    }
    case "error":
      return line.severity === "error" ? { trouble: { words: textOf(line.message) } } : {};
    case "result":
      return result(told, line);
    default:
      return {};
  }
}

function result(told: Told, { status, error, stats }: Json): Heard {
  const ended = { isOver: true, ...counted(objectOf(stats)) };
  if (status === "success") return { ...ended, trouble: undefined };
  const words = textOf(objectOf(error).message) || told.trouble?.words || "";
  return { ...ended, trouble: { words } };
}

/** The output stands there without the thoughts, which only the total tells. */
function counted(stats: Json): Heard {
  const [input, total, cacheRead] = [stats.input_tokens, stats.total_tokens, stats.cached].map(countOf) as [
    number,
    number,
    number,
  ];
  if (total === 0) return {};
  const output = total - input;
  const reasoning = Math.max(0, output - countOf(stats.output_tokens));
  const tokens = { input: Math.max(0, input - cacheRead), output, cacheRead, cacheWrite: 0, reasoning };
  return { tokens, isCounted: true, modelUsed: mostUsed(objectOf(stats.models)) };
}

function mostUsed(models: Json): string {
  const totals = Object.entries(models).map(([name, stats]) => [name, countOf(objectOf(stats).total_tokens)] as const);
  return totals.sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}
