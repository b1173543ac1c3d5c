// The lines that the real programs wrote, and what they mean to us.
import { describe, expect, it } from "vitest";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { Fault } from "../provider-failure.ts";
import type { Cli } from "./cli.ts";
import { clis } from "./open.ts";
import { claudeWrote } from "./recorded/claude.data.ts";
import { codexWrote } from "./recorded/codex.data.ts";
import { geminiWrote } from "./recorded/gemini.data.ts";
import type { Recorded } from "./recorded/recorded.ts";
import { heard } from "./testing/heard.ts";

const answers: [string, Cli, Recorded, object][] = [
  [
    "claude",
    clis.claude,
    claudeWrote.answer,
    { inputTokens: 25n, outputTokens: 11n, cacheReadTokens: 7n, cacheWriteTokens: 5n, costNanoUsd: 434_750n },
  ],
  [
    "codex",
    clis.codex,
    codexWrote.answer,
    { inputTokens: 32n, outputTokens: 12n, cacheReadTokens: 8n, reasoningTokens: 3n, costNanoUsd: 0n },
  ],
  [
    "gemini",
    clis.gemini,
    geminiWrote.answer,
    { inputTokens: 24n, outputTokens: 13n, cacheReadTokens: 6n, reasoningTokens: 4n, modelUsed: "gemini-x" },
  ],
];

describe("an answer that was recorded", () => {
  it.each(answers)("of %s is told as it comes and counted to the token", (_, cli, recorded, tokens) => {
    const { said, stages, told, fault, usage } = heard(cli, recorded);
    expect(fault).toBeUndefined();
    expect(said.join("").replaceAll("text:", "")).toBe('{"summary":"hi"}');
    expect(JSON.parse(told.text)).toEqual({ summary: "hi" });
    expect(stages.at(0)).toBe("begins");
    expect(stages.at(-1)).toBe("done");
    expect(usage).toMatchObject({ provenance: Provenance.MEASURED, ...tokens });
  });

  it("is paid by a subscription where there is no key, and by the key where there is one", () => {
    const payers = answers.map(([name, cli, recorded]) => {
      const keyed = heard(cli, recorded, { [cli.keys[0]!]: "a-key" }).usage?.payer;
      const lines = name === "claude" ? claudeWrote.subscription : recorded;
      return [heard(cli, lines).usage?.payer, keyed];
    });
    expect(payers).toEqual(Array(3).fill([Payer.SUBSCRIPTION, Payer.API_KEY]));
  });

  it("of Claude Code costs what it reckons, which is an estimate; the others say no price", () => {
    const known = answers.map(([, cli, recorded]) => heard(cli, recorded).usage?.costProvenance);
    expect(known).toEqual([Provenance.ESTIMATED, Provenance.UNSPECIFIED, Provenance.UNSPECIFIED]);
  });

  it("of Claude Code has its value from the tool, or else from the text", () => {
    expect(heard(clis.claude, claudeWrote.answer).told.value).toEqual({ summary: "hi" });
    expect(heard(clis.claude, claudeWrote.text)).toMatchObject({
      fault: undefined,
      told: { text: '{"summary":"hi"}' },
    });
  });

  it("of another shape is an answer all the same, for it can be asked for again", () => {
    const { told, fault, usage } = heard(clis.claude, claudeWrote.shape);
    expect([told.value, fault]).toEqual([{ other: 1 }, undefined]);
    // It does not say what this cost.
    expect(usage).toMatchObject({ inputTokens: 25n, provenance: Provenance.ESTIMATED });
    expect(usage?.outputTokens).toBeGreaterThan(0n);
    expect(heard(clis.claude, claudeWrote.unread)).toMatchObject({ told: { text: '{"summary":"h' }, fault: undefined });
    expect(heard(clis.claude, claudeWrote.unread).told.value).toBeUndefined();
    expect(heard(clis.codex, codexWrote.text)).toMatchObject({ told: { text: "not json" }, fault: undefined });
  });
});

const free = undefined;
const { MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;

describe("a failure that was recorded", () => {
  it.each<[keyof typeof claudeWrote, Fault, Provenance | undefined, object?]>([
    ["key", Fault.AUTH, free, { status: 401, message: expect.stringContaining("/login, or set ANTHROPIC_API_KEY") }],
    ["login", Fault.AUTH, free, { message: expect.stringContaining("run `claude` and type /login") }],
    ["limit", Fault.QUOTA, free, { retryAfterMs: 40 * 60_000, message: expect.stringContaining("session limit") }],
    ["rate", Fault.RATE_LIMIT, free, { status: 429 }],
    ["credit", Fault.QUOTA, free, { status: 400 }],
    ["model", Fault.REQUEST, free, { status: 404 }],
    ["long", Fault.REQUEST, free, { status: 400, message: expect.stringContaining("Prompt is too long") }],
    ["overloaded", Fault.OVERLOADED, free, { status: 529 }],
    ["server", Fault.SERVER, free, { status: 500 }],
    ["cut", Fault.CUT, ESTIMATED],
    ["unended", Fault.CUT, ESTIMATED],
    ["refusal", Fault.REFUSED, MEASURED],
    ["empty", Fault.EMPTY, MEASURED],
    ["length", Fault.LENGTH, ESTIMATED, { message: expect.stringContaining("within 1234 tokens") }],
  ])("of Claude Code: %s", (name, fault, provenance, more = {}) => {
    const ending = heard(clis.claude, claudeWrote[name]);
    expect(ending.fault).toMatchObject({ fault, ...more });
    expect(ending.usage?.provenance).toBe(provenance);
  });

  it("of Claude Code that goes on by itself is ended at once, and the request that has begun is counted", () => {
    const { stages, usage } = heard(clis.claude, claudeWrote.length);
    expect(stages.at(-1)).toBe("stop");
    expect(usage).toMatchObject({ inputTokens: 50n, outputTokens: 11n, cacheReadTokens: 14n, cacheWriteTokens: 10n });
  });

  it.each<[keyof typeof codexWrote, Fault, Provenance | undefined, object?]>([
    ["key", Fault.AUTH, free, { message: expect.not.stringContaining("canary") }],
    // Nov 29th, 2026 3:45 PM
    ["limit", Fault.QUOTA, free, { retryAfterMs: (28 * 60 + 25) * 60_000 }],
    ["quota", Fault.QUOTA, free],
    ["rate", Fault.RATE_LIMIT, free],
    ["overloaded", Fault.OVERLOADED, free],
    // It says the same of a 500 as of too much to do.
    ["server", Fault.OVERLOADED, free],
    ["model", Fault.REQUEST, free],
    [
      "request",
      Fault.REQUEST,
      free,
      { message: `Codex CLI can't do this request: "Invalid schema for response_format"` },
    ],
    ["unreachable", Fault.UNREACHABLE, free],
    ["cut", Fault.CUT, UNAVAILABLE],
    ["length", Fault.LENGTH, ESTIMATED],
    ["empty", Fault.EMPTY, MEASURED],
  ])("of Codex CLI: %s", (name, fault, provenance, more = {}) => {
    const ending = heard(clis.codex, codexWrote[name]);
    expect(ending.fault).toMatchObject({ fault, ...more });
    expect(ending.usage?.provenance).toBe(provenance);
  });

  it.each<[keyof typeof geminiWrote, Fault, Provenance | undefined, object?]>([
    ["key", Fault.AUTH, free, { status: 400 }],
    ["login", Fault.AUTH, free, { message: expect.stringContaining("set GEMINI_API_KEY") }],
    ["forbidden", Fault.FORBIDDEN, free, { status: 403 }],
    ["rate", Fault.RATE_LIMIT, free, { status: 429, retryAfterMs: 7500 }],
    ["quota", Fault.QUOTA, free, { status: 429 }],
    ["model", Fault.REQUEST, free],
    ["overloaded", Fault.OVERLOADED, free, { status: 503 }],
    ["server", Fault.SERVER, free, { status: 500 }],
    ["cut", Fault.CUT, ESTIMATED],
    ["unended", Fault.CUT, MEASURED],
    ["refusal", Fault.REFUSED, MEASURED],
    ["empty", Fault.EMPTY, MEASURED],
  ])("of Gemini CLI: %s", (name, fault, provenance, more = {}) => {
    const ending = heard(clis.gemini, geminiWrote[name]);
    expect(ending.fault).toMatchObject({ fault, ...more });
    expect(ending.usage?.provenance).toBe(provenance);
  });
});
