import { describe, expect, it } from "vitest";
import { parseEngineSetting, writeEngineSetting } from "./engine-setting.ts";

const local = "compatible:qwen3:4b@http://127.0.0.1:11434/v1";

describe("an engine setting", () => {
  it.each([
    ["auto", [{ kind: "auto" }]],
    ["builtin", [{ kind: "builtin" }]],
    ["anthropic", [{ kind: "anthropic" }]],
    ["openai:gpt-6.1-sol", [{ kind: "openai", model: "gpt-6.1-sol" }]],
    ["cli:claude", [{ kind: "cli", cli: "claude" }]],
    ["cli:codex:gpt-6.1-sol", [{ kind: "cli", cli: "codex", model: "gpt-6.1-sol" }]],
    [local, [{ kind: "compatible", model: "qwen3:4b", url: "http://127.0.0.1:11434/v1" }]],
    ["google:gemini-x > builtin", [{ kind: "google", model: "gemini-x" }, { kind: "builtin" }]],
    [
      `anthropic:a>openai:b  >  ${local}`,
      [{ kind: "anthropic", model: "a" }, { kind: "openai", model: "b" }, expect.anything()],
    ],
  ])("%s is read", (text, setting) => {
    const read = parseEngineSetting(text);
    expect(read).toEqual(setting);
    expect(parseEngineSetting(writeEngineSetting(read!))).toEqual(read);
  });

  it.each([
    "",
    "gpt",
    "anthropic:",
    "anthropic:a b",
    "cli:bard",
    "compatible:qwen3",
    "compatible:m@ftp://a",
    "compatible:m@http://user:secret@a/v1",
    "compatible:m@http://a/v1?key=secret",
    "anthropic >",
    "auto > builtin",
    "builtin > anthropic",
    "anthropic:a > anthropic:a",
  ])("%j is none", (text) => expect(parseEngineSetting(text)).toBeUndefined());
});
