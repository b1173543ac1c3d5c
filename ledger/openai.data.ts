// What OpenAI asks for its models.
import type { PriceLine } from "./price-line.ts";

/** Before GPT-5.6 a write to OpenAI's cache cost no more than the input. */
const openai = { source: "powershellgallery.com/packages/ShellPilot/0.3.1, after OpenAI's page", date: "2026-06-01" };
const openaiBefore = { source: "github.com/pydantic/genai-prices, prices/providers/openai.yml", date: "2025-11-13" };
const openaiLuna = { source: "developers.openai.com/api/docs/models/gpt-5.6-luna", date: "2026-09" };

/** Above this many tokens of input OpenAI takes twice the price for the input and half as much again for the output. */
const openaiLong = 272_000;

export const openaiPrices: readonly PriceLine[] = [
  {
    kind: "openai",
    model: "gpt-6.2-astra",
    ...{ input: 8, output: 40, cacheRead: 0.4, cacheWrite: 10 },
    long: { above: openaiLong, input: 16, output: 60, cacheRead: 0.8, cacheWrite: 20 },
    ...{ source: "github.com/iyulab/TokenMeter, release 0.17.0, after OpenAI's page", date: "2026-11" },
  },
  {
    kind: "openai",
    model: "gpt-6.2-sol",
    ...{ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    long: { above: openaiLong, input: 4, output: 15, cacheRead: 0.2, cacheWrite: 5 },
    ...{ source: "github.com/iyulab/TokenMeter, release 0.17.0, after OpenAI's page", date: "2026-11" },
  },
  {
    kind: "openai",
    model: "gpt-6.1-sol",
    ...{ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    long: { above: openaiLong, input: 4, output: 15, cacheRead: 0.2, cacheWrite: 5 },
    ...{ source: "github.com/TheKrush/PromptFuel, release 1.0.22, after OpenAI's page", date: "2026-10-01" },
  },
  {
    kind: "openai",
    model: "gpt-6.1-terra",
    ...{ input: 1, output: 5, cacheRead: 0.05, cacheWrite: 1.25 },
    long: { above: openaiLong, input: 2, output: 7.5, cacheRead: 0.1, cacheWrite: 2.5 },
    ...{ source: "docs.litellm.ai/blog/gpt-6-1-terra", date: "2026-10-26" },
  },
  {
    kind: "openai",
    model: "gpt-6-astra",
    ...{ input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
    long: { above: openaiLong, input: 20, output: 75, cacheRead: 2, cacheWrite: 25 },
    ...{ source: "github.com/BerriAI/litellm/discussions/39633", date: "2026-09-03" },
  },
  {
    kind: "openai",
    model: "gpt-6-sol",
    ...{ input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
    long: { above: openaiLong, input: 4, output: 15, cacheRead: 0.4, cacheWrite: 5 },
    ...{ source: "github.com/merefield/codexometer, release 0.18.4, after OpenAI's page", date: "2026-09-22" },
  },
  {
    kind: "openai",
    model: "gpt-6-luna",
    ...{ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    long: { above: openaiLong, input: 0.2, output: 0.75, cacheRead: 0.02, cacheWrite: 0.25 },
    ...{ source: "github.com/merefield/codexometer, release 0.18.4, after OpenAI's page", date: "2026-09-22" },
  },
  {
    kind: "openai",
    model: "gpt-5.6-terra",
    ...{ input: 2, output: 12, cacheRead: 0.2, cacheWrite: 2.5 },
    long: { above: openaiLong, input: 4, output: 18, cacheRead: 0.4, cacheWrite: 5 },
    ...openaiLuna,
  },
  {
    kind: "openai",
    model: "gpt-5.6-luna",
    ...{ input: 0.2, output: 1.2, cacheRead: 0.02, cacheWrite: 0.25 },
    long: { above: openaiLong, input: 0.4, output: 1.8, cacheRead: 0.04, cacheWrite: 0.5 },
    ...openaiLuna,
  },
  {
    kind: "openai",
    model: "gpt-5.5",
    ...{ input: 5, output: 30, cacheRead: 0.5, cacheWrite: 5 },
    long: { above: openaiLong, input: 10, output: 45, cacheRead: 1, cacheWrite: 10 },
    source: "morphllm.com/openai-api-pricing and benchr.org/articles/gpt-5-5-pricing-explained, after OpenAI's page",
    date: "2026-06",
  },
  {
    kind: "openai",
    model: "gpt-5.4",
    ...{ input: 2.5, output: 15, cacheRead: 0.25, cacheWrite: 2.5 },
    long: { above: openaiLong, input: 5, output: 22.5 },
    ...{ source: "developers.openai.com/api/docs/models/gpt-5.4", date: "2026-04" },
  },
  { kind: "openai", model: "gpt-5.4-mini", input: 0.75, output: 4.5, cacheRead: 0.075, cacheWrite: 0.75, ...openai },
  { kind: "openai", model: "gpt-5.4-nano", input: 0.2, output: 1.25, cacheRead: 0.02, cacheWrite: 0.2, ...openai },
  { kind: "openai", model: "gpt-5.3-codex", input: 1.75, output: 14, cacheRead: 0.175, cacheWrite: 1.75, ...openai },
  { kind: "openai", model: "gpt-5.2-codex", input: 1.75, output: 14, cacheRead: 0.175, cacheWrite: 1.75, ...openai },
  { kind: "openai", model: "gpt-5.2", input: 1.75, output: 14, cacheRead: 0.175, cacheWrite: 1.75, ...openai },
  { kind: "openai", model: "gpt-5.1", input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 1.25, ...openaiBefore },
  { kind: "openai", model: "gpt-5", input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 1.25, ...openaiBefore },
  { kind: "openai", model: "gpt-5-mini", input: 0.25, output: 2, cacheRead: 0.025, cacheWrite: 0.25, ...openaiBefore },
  {
    kind: "openai",
    model: "gpt-5-nano",
    input: 0.05,
    output: 0.4,
    cacheRead: 0.005,
    cacheWrite: 0.05,
    ...openaiBefore,
  },
  { kind: "openai", model: "gpt-4.1", input: 2, output: 8, cacheRead: 0.5, cacheWrite: 2, ...openaiBefore },
  { kind: "openai", model: "gpt-4.1-mini", input: 0.4, output: 1.6, cacheRead: 0.1, cacheWrite: 0.4, ...openaiBefore },
  {
    kind: "openai",
    model: "gpt-4.1-nano",
    input: 0.1,
    output: 0.4,
    cacheRead: 0.025,
    cacheWrite: 0.1,
    ...openaiBefore,
  },
];
