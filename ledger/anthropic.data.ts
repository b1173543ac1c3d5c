// What Anthropic asks for its models. Writes to the cache are those of five minutes.
import type { PriceLine } from "./price-line.ts";

const anthropic = { source: "platform.claude.com/docs/en/about-claude/pricing", date: "2026-09" };
const anthropicSince = {
  source: "docs.rs/synaps/0.10.2/synaps_cli/pricing, after Anthropic's page",
  date: "2026-10-10",
};

export const anthropicPrices: readonly PriceLine[] = [
  {
    kind: "anthropic",
    model: "claude-fable-5-2",
    ...{ input: 8, output: 40, cacheRead: 0.2, cacheWrite: 10 },
    ...{
      source: "docs.laozhang.ai/en/announcements/claude-fable-5-2-2026-11, after Anthropic's page",
      date: "2026-11-10",
    },
  },
  {
    kind: "anthropic",
    model: "claude-fable-5-1",
    input: 10,
    output: 50,
    cacheRead: 0.25,
    cacheWrite: 12.5,
    ...anthropic,
  },
  { kind: "anthropic", model: "claude-fable-5", input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5, ...anthropic },
  {
    kind: "anthropic",
    model: "claude-opus-5-5",
    ...{ input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
    ...{ source: "github.com/TheKrush/PromptFuel, release 1.0.21, after Anthropic's page", date: "2026-09-23" },
  },
  { kind: "anthropic", model: "claude-opus-5", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, ...anthropic },
  { kind: "anthropic", model: "claude-opus-4-8", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, ...anthropic },
  { kind: "anthropic", model: "claude-opus-4-7", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, ...anthropic },
  { kind: "anthropic", model: "claude-opus-4-6", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, ...anthropic },
  { kind: "anthropic", model: "claude-opus-4-5", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, ...anthropic },
  {
    kind: "anthropic",
    model: "claude-sonnet-5-5",
    ...{ input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
    ...{ source: "github.com/kurofune/claudit, release 1.9.2, after Anthropic's page", date: "2026-10-24" },
  },
  {
    kind: "anthropic",
    model: "claude-sonnet-5",
    ...{ input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
    ...{ source: "platform.claude.com/docs/zh-CN/models/sonnet-5/overview", date: "2026-09" },
  },
  {
    kind: "anthropic",
    model: "claude-sonnet-4-6",
    input: 3,
    output: 15,
    cacheRead: 0.3,
    cacheWrite: 3.75,
    ...anthropicSince,
  },
  {
    kind: "anthropic",
    model: "claude-sonnet-4-5",
    input: 3,
    output: 15,
    cacheRead: 0.3,
    cacheWrite: 3.75,
    ...anthropicSince,
  },
  {
    kind: "anthropic",
    model: "claude-haiku-5-5",
    ...{ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    long: { above: 100_000, input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
    ...{ source: "github.com/kurofune/claudit, release 1.9.2, after Anthropic's page", date: "2026-10-24" },
  },
  {
    kind: "anthropic",
    model: "claude-haiku-4-5",
    input: 1,
    output: 5,
    cacheRead: 0.1,
    cacheWrite: 1.25,
    ...anthropicSince,
  },
];
