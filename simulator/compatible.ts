// OpenAI's chat completions, which Ollama, llama.cpp, vLLM and LM Studio speak too: `POST /v1/chat/completions`.
import type { Dialect, Event } from "./dialect.ts";
import { openaiErrors } from "./openai-errors.ts";
import { piecesOf, type Said } from "./said.ts";
import { textOf } from "./text-of.ts";

const stops = { end: "stop", length: "length", refusal: "stop", tools: "tool_calls" };

interface Body {
  messages?: { role: string }[];
  response_format?: { json_schema?: { name?: string; schema?: Record<string, unknown> } };
  max_tokens?: number;
  max_completion_tokens?: number;
}

export const compatible: Dialect = {
  ...openaiErrors,
  name: "compatible",
  countsCacheWrites: false,
  path: /^\/v1\/chat\/completions$/,
  read(body) {
    const { messages = [], response_format, max_tokens, max_completion_tokens } = body as Body;
    const isFrom = (...roles: string[]) => textOf(messages.filter(({ role }) => roles.includes(role)));
    const { name, schema } = response_format?.json_schema ?? {};
    return {
      model: String(body.model),
      stream: body.stream === true,
      system: isFrom("system", "developer"),
      prompt: isFrom("user", "tool"),
      schema,
      schemaName: name,
      maxOutputTokens: max_completion_tokens ?? max_tokens,
    };
  },
  whole: (said) => ({
    ...head(said, "chat.completion"),
    choices: [{ index: 0, message: messageOf(said), logprobs: null, finish_reason: stops[said.stop] }],
    usage: usageOf(said),
  }),
  events(said) {
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...head(said, "chat.completion.chunk"),
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...(said.includesUsage && { usage: null }),
    });
    const saying = (name: string, text: string, kind: "reasoning" | "said"): Event[] =>
      piecesOf(text).map((piece) => ({ data: chunk({ [name]: piece }), carries: { kind, text: piece } }));
    return [
      { data: chunk({ role: "assistant", content: "" }) },
      ...saying("reasoning_content", said.reasoning, "reasoning"),
      ...saying(said.stop === "refusal" ? "refusal" : "content", said.text, "said"),
      ...said.toolCalls.flatMap(({ name, input }, index) => [
        { data: chunk({ tool_calls: [{ index, ...call(said, index, name, "") }] }) },
        ...piecesOf(JSON.stringify(input)).map((text): Event => {
          const delta = { tool_calls: [{ index, function: { arguments: text } }] };
          return { data: chunk(delta), carries: { kind: "said", text } };
        }),
      ]),
      { data: chunk({}, stops[said.stop]), ends: true },
      ...(said.includesUsage
        ? [{ data: { ...head(said, "chat.completion.chunk"), choices: [], usage: usageOf(said) } }]
        : []),
      { data: "[DONE]" },
    ];
  },
  errorEvent: (refused) => ({ data: openaiErrors.error(refused) }),
};

const head = ({ id, created, model }: Said, object: string) => ({
  id: `chatcmpl-${id}`,
  object,
  created,
  model,
  system_fingerprint: "fp_simulated",
});

const call = ({ id }: Said, at: number, name: string, args: string) => ({
  id: `call_${id}_${at}`,
  type: "function",
  function: { name, arguments: args },
});

const messageOf = (said: Said) => ({
  role: "assistant",
  content: said.stop === "refusal" || (said.text === "" && said.toolCalls.length > 0) ? null : said.text,
  refusal: said.stop === "refusal" ? said.text : null,
  ...(said.reasoning && { reasoning_content: said.reasoning }),
  ...(said.toolCalls.length > 0 && {
    tool_calls: said.toolCalls.map(({ name, input }, at) => call(said, at, name, JSON.stringify(input))),
  }),
});

/** The cache is part of the prompt here. */
function usageOf({ usage }: Said) {
  const prompt = usage.inputTokens + usage.cacheReadTokens;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.outputTokens,
    total_tokens: prompt + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
