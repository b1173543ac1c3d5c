// What Google asks for its models. They cache by themselves, and no price of writing to that cache is known.
import type { PriceLine } from "./price-line.ts";

const google = { source: "deploybase.ai/articles/gemini-api-pricing, after Google's page", date: "2026-03" };

export const googlePrices: readonly PriceLine[] = [
  {
    kind: "google",
    model: "gemini-4-neon",
    ...{ input: 3, output: 15, cacheRead: 0.15 },
    ...{ source: "github.com/iyulab/TokenMeter, release 0.17.0, after Google's page", date: "2026-11" },
  },
  {
    kind: "google",
    model: "gemini-4-hydrogen",
    ...{ input: 1.5, output: 7.5, cacheRead: 0.075 },
    ...{ source: "github.com/iyulab/TokenMeter, release 0.17.0, after Google's page", date: "2026-11" },
  },
  {
    kind: "google",
    model: "gemini-4-argon",
    until: "2026-11-30",
    ...{ input: 2, output: 10, cacheRead: 0.1 },
    ...{ source: "github.com/iyulab/TokenMeter, release 0.13.1, after Google's page", date: "2026-10-13" },
  },
  {
    kind: "google",
    model: "gemini-4-argon",
    from: "2026-12-01",
    ...{ input: 4, output: 20, cacheRead: 0.2 },
    ...{ source: "github.com/iyulab/TokenMeter, release 0.13.1, after Google's page", date: "2026-10-13" },
  },
  {
    kind: "google",
    model: "gemini-4-carbon",
    until: "2026-11-30",
    ...{ input: 2, output: 10 },
    ...{ source: "docs.laozhang.ai/en/announcements/gemini-4-carbon-2026-11, after Google's page", date: "2026-11-11" },
  },
  {
    kind: "google",
    model: "gemini-4-carbon",
    from: "2026-12-01",
    ...{ input: 4, output: 20 },
    ...{ source: "docs.laozhang.ai/en/announcements/gemini-4-carbon-2026-11, after Google's page", date: "2026-11-11" },
  },
  ...["gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash"].flatMap((model) => [
    {
      kind: "google",
      model,
      until: "2026-12-31",
      ...{ input: 0.75, output: 3.75, cacheRead: 0.075 },
      ...{ source: "github.com/uttamdeb/agent-telemetry, release 1.6.6, after Google's page", date: "2026-09-30" },
    },
    {
      kind: "google",
      model,
      from: "2027-01-01",
      ...{ input: 1.5, output: 7.5, cacheRead: 0.15 },
      ...{ source: "github.com/uttamdeb/agent-telemetry, release 1.6.6, after Google's page", date: "2026-09-30" },
    },
  ]),
  {
    kind: "google",
    model: "gemini-3.5-flash-lite",
    ...{ input: 0.3, output: 2.5, cacheRead: 0.03 },
    ...{ source: "github.com/simstudioai/sim/pull/5812, after Google's page", date: "2026-07-21" },
  },
  {
    kind: "google",
    model: "gemini-3.1-pro-preview",
    ...{ input: 2, output: 12, cacheRead: 0.2 },
    long: { above: 200_000, input: 4, output: 18 },
    ...{ source: "blog.laozhang.ai/en/posts/gemini-3-1-pro-preview-free-api, after Google's page", date: "2026-03-28" },
  },
  {
    kind: "google",
    model: "gemini-3-flash-preview",
    ...{ input: 0.5, output: 3 },
    ...{ source: "github.com/schlebek/ai-wish-generator, release 3.2.0, after Google's page", date: "2026-04-19" },
  },
  {
    kind: "google",
    model: "gemini-2.5-pro",
    ...{ input: 1.25, output: 10, cacheRead: 0.125 },
    long: { above: 200_000, input: 2.5, output: 15, cacheRead: 0.25 },
    ...google,
  },
  { kind: "google", model: "gemini-2.5-flash", input: 0.3, output: 2.5, cacheRead: 0.03, ...google },
  { kind: "google", model: "gemini-2.5-flash-lite", input: 0.1, output: 0.4, ...google },
];
