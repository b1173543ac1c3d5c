// Google's Gemini API: `POST /v1beta/models/MODEL:generateContent`, and `:streamGenerateContent?alt=sse`.
import { type Billed, billedSoFar, type Sent } from "./billing.ts";
import { bearer, type Dialect, type Event } from "./dialect.ts";
import { charactersOf, piecesOf, type Said } from "./said.ts";
import { textOf } from "./text-of.ts";

/** Their error statuses by HTTP status, and what they say. */
const errors: Readonly<Record<number, [status: string, message: string]>> = {
  400: ["INVALID_ARGUMENT", "Request contains an invalid argument."],
  401: ["UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token."],
  403: ["PERMISSION_DENIED", "The caller does not have permission"],
  404: ["NOT_FOUND", "Requested entity was not found."],
  429: ["RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."],
  500: ["INTERNAL", "An internal error has occurred."],
  503: ["UNAVAILABLE", "The model is overloaded. Please try again later."],
  504: ["DEADLINE_EXCEEDED", "Deadline expired before operation could complete."],
};

const type = (name: string) => ({ "@type": `type.googleapis.com/google.rpc.${name}` });
const stops = { end: "STOP", length: "MAX_TOKENS", refusal: "SAFETY", tools: "STOP" };

interface Body {
  systemInstruction?: unknown;
  contents?: { role?: string }[];
  generationConfig?: {
    responseJsonSchema?: Record<string, unknown>;
    responseSchema?: Record<string, unknown>;
    maxOutputTokens?: number;
  };
}

export const google: Dialect = {
  name: "google",
  path: /^\/v1beta\/models\/[^/:]+:(generateContent|streamGenerateContent)$/,
  countsCacheWrites: false,
  // Their documents name none; the answer's own id is `responseId`.
  requestIdHeader: "x-goog-request-id",
  // An unknown key is a bad argument there.
  statusOf: { key: 400, quota: 429 },
  keyOf: (headers, query) => headers["x-goog-api-key"]?.toString() ?? query.get("key") ?? bearer(headers),
  read(body, path) {
    const { systemInstruction, contents = [], generationConfig = {} } = body as Body;
    const schema = generationConfig.responseJsonSchema ?? generationConfig.responseSchema;
    return {
      model: decodeURIComponent(/models\/([^:]+)/.exec(path)?.[1] ?? ""),
      stream: path.endsWith(":streamGenerateContent"),
      system: textOf(systemInstruction),
      prompt: textOf(contents.filter(({ role }) => role !== "model")),
      schema,
      schemaName: schema?.title as string | undefined,
      maxOutputTokens: generationConfig.maxOutputTokens,
    };
  },
  whole: (said) =>
    chunk(
      said,
      partsOf(said).map(({ part }) => part),
      said.usage,
      ending(said),
    ),
  events(said) {
    const all = charactersOf(said);
    const sent: Sent = { reasoning: 0, said: 0 };
    const events = partsOf(said, piecesOf).map(({ part, kind, text }): Event => {
      sent[kind] += text.length;
      return { data: chunk(said, [part], billedSoFar(said.usage, sent, all)), carries: { kind, text } };
    });
    return [...events, { data: chunk(said, [{ text: "" }], said.usage, ending(said)), ends: true }];
  },
  error({ status, fault, message, model, retryAfterS }) {
    const [code, usual] = errors[status] ?? ["UNKNOWN", `status ${status}`];
    const words =
      fault === "key"
        ? "API key not valid. Please pass a valid API key."
        : fault === "quota"
          ? "You exceeded your current quota, please check your plan and billing details."
          : status === 404
            ? `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`
            : usual;
    const details = [
      ...(fault === "key" ? [{ ...type("ErrorInfo"), reason: "API_KEY_INVALID", domain: "googleapis.com" }] : []),
      ...(status === 429 ? [{ ...type("QuotaFailure"), violations: [violation(fault === "quota", model)] }] : []),
      ...(retryAfterS === undefined ? [] : [{ ...type("RetryInfo"), retryDelay: `${retryAfterS}s` }]),
    ];
    return { error: { code: status, message: message ?? words, status: code, ...(details.length > 0 && { details }) } };
  },
  errorEvent: (refused) => ({ data: google.error(refused) }),
  // Gemini says when to come back in the error's details only.
  limitHeaders: () => ({}),
};

const violation = (isForTheDay: boolean, model: string) => ({
  quotaMetric: "generativelanguage.googleapis.com/generate_content_paid_tier_requests",
  quotaId: `GenerateRequestsPer${isForTheDay ? "Day" : "Minute"}PerProjectPerModel-PaidTier`,
  quotaDimensions: { location: "global", model },
});

interface Part {
  part: object;
  kind: "reasoning" | "said";
  text: string;
}

/** A refusal has no parts at all. */
function partsOf(
  { reasoning, text, toolCalls, stop }: Said,
  pieces = (whole: string) => (whole ? [whole] : []),
): Part[] {
  const thoughts = pieces(reasoning).map((text): Part => ({ part: { text, thought: true }, kind: "reasoning", text }));
  if (stop === "refusal") return thoughts;
  const texts = pieces(text).map((text): Part => ({ part: { text }, kind: "said", text }));
  const calls = toolCalls.map(
    ({ name, input }): Part => ({
      part: { functionCall: { name, args: input } },
      kind: "said",
      text: JSON.stringify(input),
    }),
  );
  return [...thoughts, ...texts, ...calls];
}

/** `usageMetadata` stands on every chunk, and grows. */
function chunk({ model, id }: Said, parts: readonly object[], usage: Billed, ending: object = {}) {
  const prompt = usage.inputTokens + usage.cacheReadTokens;
  return {
    candidates: [{ ...(parts.length > 0 && { content: { parts, role: "model" } }), index: 0, ...ending }],
    usageMetadata: {
      promptTokenCount: prompt,
      candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
      totalTokenCount: prompt + usage.outputTokens,
      ...(usage.cacheReadTokens > 0 && { cachedContentTokenCount: usage.cacheReadTokens }),
      ...(usage.reasoningTokens > 0 && { thoughtsTokenCount: usage.reasoningTokens }),
      promptTokensDetails: [{ modality: "TEXT", tokenCount: prompt }],
    },
    modelVersion: model,
    responseId: id,
  };
}

function ending({ stop, sources }: Said) {
  const groundingChunks = sources.map((uri) => ({ web: { uri, title: new URL(uri).hostname } }));
  return {
    finishReason: stops[stop],
    ...(stop === "refusal" && {
      safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true }],
    }),
    ...(sources.length > 0 && { groundingMetadata: { webSearchQueries: ["simulated"], groundingChunks } }),
  };
}
