import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { usageSum } from "#core/usage.ts";
import { UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { Fault } from "../provider-failure.ts";
import type { Cli } from "./cli.ts";
import { clis } from "./open.ts";
import { claudeWrote } from "./recorded/claude.data.ts";
import { codexWrote } from "./recorded/codex.data.ts";
import { geminiWrote } from "./recorded/gemini.data.ts";
import { heard } from "./testing/heard.ts";

const answers = [
  [clis.claude, claudeWrote.answer],
  [clis.codex, codexWrote.answer],
  [clis.gemini, geminiWrote.answer],
] as const;

describe("lines that are none of an answer", () => {
  const ended = (cli: Cli, lines: string[], code = 0, stderr = "") => heard(cli, { lines, code, stderr });

  it("are let be: unknown kinds, notices, blank space", () => {
    const more = ['{"type":"prompt_suggestion"}', "Loaded cached credentials.", '{"type":"system","subtype":"new"}'];
    expect(ended(clis.claude, [...more, ...claudeWrote.answer.lines]).fault).toBeUndefined();
    expect(ended(clis.gemini, [...more, ...geminiWrote.answer.lines]).fault).toBeUndefined();
  });

  it("make no answer of an exit code 0: without its last line an answer is cut", () => {
    for (const [cli, { lines }] of answers) {
      const { fault, usage } = ended(cli, lines.slice(0, -1));
      expect(fault).toMatchObject({ fault: Fault.CUT, message: `${cli.title} ended without the end of its answer` });
      expect(usage).toBeDefined();
    }
  });

  it("end it when one should be JSON and is none", () => {
    const { stages, fault } = ended(clis.codex, ['{"type":"turn.started"}', '{"type":"turn.comp']);
    expect(stages).toEqual(["begins", "stop"]);
    expect(fault).toMatchObject({ fault: Fault.MALFORMED });
  });

  it("are replaced, not added up, where Codex counts its whole thread", () => {
    const counted = (tokens: number) =>
      `{"type":"turn.completed","usage":{"input_tokens":${tokens},"output_tokens":1}}`;
    const { usage } = ended(clis.codex, [counted(40), counted(100)]);
    expect([usage?.inputTokens, usage?.outputTokens]).toEqual([100n, 1n]);
  });

  it("are not believed from a Gemini CLI that left its tools on", () => {
    const warning = "Security Warning: Skipping system settings file '/folder/settings.json'";
    expect(ended(clis.gemini, [...geminiWrote.answer.lines], 0, warning).fault).toMatchObject({
      fault: Fault.REQUEST,
      message: expect.stringContaining("takes no settings from /folder"),
    });
  });

  it("are not waited for when the model of Codex calls tools, for it would be asked again and again", () => {
    const log = "2026-11-28T11:36:06Z ERROR codex_core::tools::router: error=unsupported call: shell";
    expect(ended(clis.codex, codexWrote.answer.lines.slice(0, -1), 1, log).fault).toMatchObject({
      fault: Fault.MALFORMED,
      message: "the model of Codex CLI called a tool that it was not given",
    });
  });

  it("name the request where Codex does", () => {
    const message = "unexpected status 529 <unknown status code>: status 529, url: http://host/v1, request id: req_1";
    const { told, fault } = ended(clis.codex, [JSON.stringify({ type: "turn.failed", error: { message } })], 1);
    expect([told.requestId, fault?.status, fault?.fault]).toEqual(["req_1", 529, Fault.OVERLOADED]);
  });

  it.each([
    ["Unterminated string in JSON at position 304 (line 1 column 305)", Fault.MALFORMED],
    ["JSON Parse error: Expected '}'", Fault.MALFORMED],
    ["Reached max session turns for this session.", Fault.MALFORMED],
    ["terminated", Fault.CUT],
  ])("tell one fault from another: %s", (words, fault) => {
    const line = `{"type":"result","status":"error","error":{"message":${JSON.stringify(words)}},"stats":{}}`;
    expect(ended(clis.gemini, [line], 1).fault?.fault).toBe(fault);
  });

  it.each(["1e400", "1e300", "-5", "0.5", '"many"'])("count what can be written down: %s", (count) => {
    const usage = `"usage":{"input_tokens":${count},"output_tokens":3,"cache_read_input_tokens":${count}}`;
    const line = `{"type":"result","subtype":"success","result":"{}",${usage},"total_cost_usd":${count}}`;
    const found = ended(clis.claude, [line]).usage!;
    expect(found.outputTokens).toBe(3n);
    expect(fromBinary(UsageSchema, toBinary(UsageSchema, usageSum(found, found))).inputTokens).toBeLessThanOrEqual(
      2_000_000_000n,
    );
  });

  it("are a quota and no rate where they say when it is lifted", () => {
    const lines = claudeWrote.limit.lines.map((line) => line.replaceAll("You've hit your session limit", "Slow down"));
    expect(ended(clis.claude, lines, 1).fault).toMatchObject({ fault: Fault.QUOTA, retryAfterMs: 40 * 60_000 });
  });

  it("are read for what they mean, not for all that they advise", () => {
    const words = "[API Error: Slow down.]\\nPlease wait, or switch to another /auth method, or run /login";
    const line = `{"type":"result","status":"error","error":{"message":"${words}"},"stats":{}}`;
    expect(ended(clis.gemini, [line], 429 - 256).fault).toMatchObject({ fault: Fault.RATE_LIMIT, status: 429 });
  });

  it("tell by standard error why there are none", () => {
    expect(ended(clis.claude, [], 1, "error: unknown option '--bare'\n").fault?.message).toBe(
      "Claude Code is too old or too new for Synapse: get it anew with `npm install -g @anthropic-ai/claude-code`: " +
        `"error: unknown option '--bare'"`,
    );
    expect(ended(clis.codex, [], 3, "thread 'main' panicked\n    at a line\n").fault).toMatchObject({
      fault: Fault.SERVER,
      message: `Codex CLI ended with exit code 3: "thread 'main' panicked"`,
    });
  });
});
