// Google's Gemini API, generateContent.
import { createGoogle } from "@ai-sdk/google";
import { countOf, type Dialect, type Endpoint, type Json, objectOf, type Told, textOf } from "./dialect.ts";

const provider = ({ apiKey, baseUrl, fetch }: Endpoint) => createGoogle({ apiKey, baseURL: baseUrl, fetch });

export const dialect: Dialect = {
  kind: "google",
  language: (endpoint) => provider(endpoint)(endpoint.model),
  search: (endpoint) => ({
    tools: { google_search: provider(endpoint).tools.googleSearch({}) },
    // Before Gemini 3 it answers 400: controlled generation is not supported with google_search.
    besideSchema: !/gemini-[12]([.-]|$)/.test(endpoint.model),
  }),
  reads(event) {
    const candidate = objectOf(Array.isArray(event.candidates) ? event.candidates[0] : undefined);
    const blocked = textOf(objectOf(event.promptFeedback).blockReason) !== undefined;
    return {
      model: textOf(event.modelVersion),
      requestId: textOf(event.responseId),
      tokens: event.usageMetadata === undefined ? undefined : tokensOf(objectOf(event.usageMetadata)),
      ended: blocked || textOf(candidate.finishReason) !== undefined,
      error: event.error === undefined ? undefined : event,
    };
  },
};

/** Every event counts all so far. The thoughts stand beside the answer, what was cached within the prompt. */
function tokensOf(usage: Json): NonNullable<Told["tokens"]> {
  const cacheRead = countOf(usage.cachedContentTokenCount);
  const reasoning = countOf(usage.thoughtsTokenCount);
  return {
    input: countOf(usage.promptTokenCount) + countOf(usage.toolUsePromptTokenCount) - cacheRead,
    output: countOf(usage.candidatesTokenCount) + reasoning,
    cacheRead,
    reasoning,
  };
}
