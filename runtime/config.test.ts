import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { engineSettings, leastEnvironment } from "./engine-settings.ts";

describe("config", () => {
  it("has a default for everything, and listens on loopback only", () => {
    const config = readConfig({});
    expect(config).toMatchObject({ SYNAPSE_HOST: "127.0.0.1", SYNAPSE_CLAUDE_PORT: 5011, SYNAPSE_GATEWAY_PORT: 8000 });
    expect(config.SYNAPSE_DATA_DIR).toMatch(/\.local\/share\/synapse$/);
  });

  it("takes what is allowed", () => {
    const config = readConfig({
      SYNAPSE_CODEX_PORT: "0",
      SYNAPSE_SANDBOX: "quickjs",
      SYNAPSE_ALLOWED_ORIGINS: "https://a, https://b",
    });
    expect(config).toMatchObject({
      SYNAPSE_CODEX_PORT: 0,
      SYNAPSE_SANDBOX: "quickjs",
      SYNAPSE_ALLOWED_ORIGINS: ["https://a", "https://b"],
    });
  });

  it("takes several addresses of an agent, with weights, and names that stand for several", () => {
    const urls = (value: string) => readConfig({ SYNAPSE_CLAUDE_URLS: value }).SYNAPSE_CLAUDE_URLS;
    expect(urls("http://claude:5011/")).toEqual([{ url: "http://claude:5011" }]);
    expect(urls("http://a:1, http://b:2;weight=2,dns+http://claude:5011")).toEqual([
      { url: "http://a:1" },
      { url: "http://b:2", weight: 2 },
      { url: "http://claude:5011", dns: true },
    ]);
  });

  it.each(["claude:5011", "http://a:1/path", "http://a:1,http://a:1", "http://a:1;weight=0", "http://a:1;wait=2", ","])(
    "refuses %s as addresses of an agent",
    (value) => expect(() => readConfig({ SYNAPSE_CLAUDE_URLS: value })).toThrow("it takes addresses such as"),
  );

  it("names every bad value and what is allowed, all at once", () => {
    const read = () =>
      readConfig({ SYNAPSE_CLAUDE_PORT: "70000", SYNAPSE_SANDBOX: "docker", SYNAPSE_CLAUDE_URLS: "claude:5011" });
    expect(read).toThrow(
      "SYNAPSE_CLAUDE_PORT=70000 is not allowed: it takes a whole number from 0 (any free port) to 65535",
    );
    expect(read).toThrow("SYNAPSE_SANDBOX=docker is not allowed: it takes auto, bwrap, quickjs, container");
    expect(read).toThrow("SYNAPSE_CLAUDE_URLS=claude:5011 is not allowed: it takes addresses such as");
  });

  it("refuses a variable it does not know: a setting with a typing error must not be lost in silence", () => {
    expect(() => readConfig({ SYNAPSE_SANDBOXX: "bwrap" })).toThrow("SYNAPSE_SANDBOXX is not known");
  });

  it("takes engines and chains of them, and says what they may be", () => {
    const config = readConfig({ SYNAPSE_ENGINE: "cli:claude", SYNAPSE_CODEX_ENGINE: "openai:m > builtin" });
    expect(config.SYNAPSE_CLAUDE_ENGINE).toEqual([{ kind: "cli", cli: "claude" }]);
    expect(config.SYNAPSE_CODEX_ENGINE).toEqual([{ kind: "openai", model: "m" }, { kind: "builtin" }]);
    expect(readConfig({}).SYNAPSE_GEMINI_ENGINE).toEqual([{ kind: "auto" }]);
    expect(() => readConfig({ SYNAPSE_GEMINI_ENGINE: "gpt" })).toThrow(
      "SYNAPSE_GEMINI_ENGINE=gpt is not allowed: it takes auto, builtin, anthropic:MODEL",
    );
  });

  it("takes limits of providers", () => {
    const limits = (value: string) => readConfig({ SYNAPSE_OPENAI_LIMITS: value }).SYNAPSE_OPENAI_LIMITS;
    expect(limits("rpm=50,tpm=40000")).toEqual({ requestsPerMinute: 50, tokensPerMinute: 40_000 });
    expect(limits("tpm=1")).toEqual({ tokensPerMinute: 1 });
    expect(limits("context=32768, output=4096")).toEqual({ contextTokens: 32_768, outputTokens: 4096 });
    for (const wrong of ["rpm=0", "rpm=1,rpm=2", "rps=1", "rpm=1;tpm=2"])
      expect(() => limits(wrong)).toThrow(/takes rpm=N/);
  });
});

describe("a key", () => {
  const key = "sk-very-secret";

  it("is shown nowhere, whatever prints it", () => {
    const { ANTHROPIC_API_KEY: secret } = readConfig({ ANTHROPIC_API_KEY: ` ${key}\n` });
    expect(secret?.reveal()).toBe(key);
    for (const printed of [String(secret), JSON.stringify({ secret }), inspect({ secret }), `${secret}`])
      expect([printed.includes(key), printed.includes("set")]).toEqual([false, true]);
  });

  it("that can't be one is told without it", () => {
    expect(() => readConfig({ OPENAI_API_KEY: "sk very secret" })).toThrow(
      /^OPENAI_API_KEY is not allowed: it takes a key of one word, without spaces or line breaks$/,
    );
  });

  it("comes from a file that only this user may read", () => {
    const folder = mkdtempSync(join(tmpdir(), "synapse-key-"));
    const path = join(folder, "key");
    writeFileSync(path, `${key}\n`, { mode: 0o600 });
    const read = () => readConfig({ GEMINI_API_KEY_FILE: path }).GEMINI_API_KEY_FILE?.reveal();
    try {
      expect(read()).toBe(key);
      chmodSync(path, 0o640);
      expect(read).toThrow(
        `GEMINI_API_KEY_FILE=${path} is not allowed: others may read or change it (mode 0640): chmod 600`,
      );
      chmodSync(path, 0o600);
      writeFileSync(path, "two words");
      expect(read).toThrow(`${path} holds no key`);
      writeFileSync(path, "");
      expect(read).toThrow(`GEMINI_API_KEY_FILE=${path} is not allowed: it is empty`);
      expect(() => readConfig({ GEMINI_API_KEY_FILE: folder })).toThrow("it is no file");
      expect(() => readConfig({ GEMINI_API_KEY_FILE: `${path}x` })).toThrow("there is no such file");
      expect(() => readConfig({ GEMINI_API_KEY_FILE: path, GEMINI_API_KEY: key })).toThrow("unset one of them");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the environment of a process", () => {
  const env = {
    PATH: "/bin",
    ANTHROPIC_API_KEY: "a",
    GEMINI_API_KEY: "g",
    OPENAI_API_KEY_FILE: "/o",
    CLAUDE_CODE_OAUTH_TOKEN: "t",
    AWS_BEARER_API_KEY: "x",
  };
  const names = (name: "claude" | "gemini" | "codex" | "gateway", more = {}) =>
    Object.keys(leastEnvironment(name, { ...env, ...more }));

  it("has the keys that its engines need; the gateway has none", () => {
    expect(names("gateway")).toEqual(["PATH"]);
    expect(names("claude")).toEqual(["PATH", "ANTHROPIC_API_KEY"]);
    expect(names("gemini")).toEqual(["PATH", "GEMINI_API_KEY"]);
    expect(names("codex")).toEqual(["PATH", "OPENAI_API_KEY_FILE"]);
    const SYNAPSE_GEMINI_ENGINE = "anthropic:m > compatible:m@http://127.0.0.1:1/v1";
    expect(names("gemini", { SYNAPSE_GEMINI_ENGINE })).toEqual(["PATH", "ANTHROPIC_API_KEY", "SYNAPSE_GEMINI_ENGINE"]);
    expect(names("codex", { SYNAPSE_ENGINE: "builtin" })).toEqual(["PATH", "SYNAPSE_ENGINE"]);
    expect(names("codex", { SYNAPSE_ENGINE: "cli:claude" })).toContain("CLAUDE_CODE_OAUTH_TOKEN");
  });

  it("has another provider's key when there is none of its own: one key is enough for all", () => {
    const one = { PATH: "/bin", OPENAI_API_KEY: "o" };
    expect(Object.keys(leastEnvironment("claude", one))).toEqual(["PATH", "OPENAI_API_KEY"]);
    expect(engineSettings(readConfig(one), "claude", one)).toMatchObject({ keys: { openai: "o" }, environment: {} });
  });

  it("gives a command line its key from a file too", () => {
    const config = readConfig({ SYNAPSE_ENGINE: "cli:codex", OPENAI_API_KEY: "o" });
    expect(engineSettings(config, "claude", { PATH: "/bin" }).environment).toEqual({
      PATH: "/bin",
      OPENAI_API_KEY: "o",
    });
  });
});
