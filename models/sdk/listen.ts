// Asks through the AI SDK, in a stream always, and gathers what the model says.
import { Output, streamText, type ToolSet } from "ai";
import { z } from "zod";
import type { Ask } from "../model.ts";
import type { Dialect, Endpoint } from "./dialect.ts";

/** It would write its warnings to the console. */
globalThis.AI_SDK_LOG_WARNINGS = false;

export interface Said {
  text: string;
  thought: string;
  /** What came after the last search: before it models speak of what they look for. */
  final: string;
  /** Pages, each once. */
  readonly sources: Set<string>;
  /** Why the model stopped, as the library has it for all providers. */
  finish: string;
  /** The same in the provider's own word. */
  stop: string;
  /** What the library could not make sense of. */
  confused: unknown;
}

export const nothingSaid = (): Said => ({
  text: "",
  thought: "",
  final: "",
  sources: new Set(),
  finish: "",
  stop: "",
  confused: undefined,
});

/** `answers` is called with the first piece. Never rejects: what goes wrong is in `said`, or was seen on the wire. */
export async function listen(
  dialect: Dialect,
  endpoint: Endpoint,
  ask: Ask,
  { said, answers }: { said: Said; answers: () => void },
): Promise<void> {
  const say = (text: string, kind: "text" | "reasoning") => {
    answers();
    if (!ask.signal.aborted) ask.say(text, kind);
  };
  try {
    const { stream } = streamText({
      model: dialect.language(endpoint),
      ...question(dialect, endpoint, ask),
      maxOutputTokens: ask.maxOutputTokens,
      maxRetries: 0,
      // Nothing of the user's is kept there; the others keep nothing by themselves.
      providerOptions: { openai: { store: false } },
      abortSignal: ask.signal,
      // Errors come as parts; the library would write them to the console too.
      onError: () => {},
    });
    for await (const part of stream) {
      switch (part.type) {
        case "text-delta":
          said.text += part.text;
          said.final += part.text;
          say(part.text, "text");
          break;
        case "reasoning-delta":
          said.thought += part.text;
          if (part.text !== "") say(part.text, "reasoning");
          break;
        case "tool-call":
        case "tool-result":
          said.final = "";
          break;
        case "source":
          if (part.sourceType === "url") said.sources.add(part.url);
          break;
        case "error":
          said.confused ??= part.error;
          break;
        case "finish":
          said.finish = part.finishReason;
          said.stop = part.rawFinishReason ?? "";
          break;
      }
    }
  } catch (error) {
    said.confused ??= error;
  }
}

/** The schema goes as a schema; where it may not stand beside a search, in words. */
function question(dialect: Dialect, endpoint: Endpoint, { name, system, prompt, schema, search }: Ask) {
  const searching = search ? dialect.search?.(endpoint) : undefined;
  const tools: ToolSet = searching?.tools ?? {};
  if (searching && !searching.besideSchema) {
    const shape = JSON.stringify(z.toJSONSchema(schema));
    const words = `Answer with one JSON object and nothing else, of this JSON Schema:\n${shape}`;
    return { instructions: `${system}\n\n${words}`, prompt, tools };
  }
  // The library would parse all that there is anew with every piece, and hold back pieces that change nothing.
  const parsePartialOutput = async ({ text }: { text: string }) => ({ partial: text.length });
  const output = { ...Output.object({ schema, name }), parsePartialOutput };
  return { instructions: system, prompt, tools, output };
}
