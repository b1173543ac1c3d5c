// What each program is given: its question, its key, its login, and nothing else.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Payer } from "#gen/synapse/v1/usage_pb.ts";
import { type Asking, asking, canaries, names, wrote } from "./testing/asking.ts";

const ownKey = { claude: "ANTHROPIC_API_KEY", codex: "OPENAI_API_KEY", gemini: "GEMINI_API_KEY" } as const;

describe("a command line agent", () => {
  let its: Asking;

  beforeEach(async () => {
    its = await asking();
  });
  afterEach(() => its[Symbol.asyncDispose]());

  it.each(names)("gets, as %s, its own key and no other, and nothing else that it does not need", async (cli) => {
    const env = { ...canaries, SYNAPSE_AUTH_TOKEN: "no", AWS_SECRET_ACCESS_KEY: "no", HTTPS_PROXY: "http://proxy" };
    const reply = await its.ask(cli, await its.answering(wrote[cli].answer.lines), {}, env);
    const text = (await its.programs.read("call.json"))!;
    for (const [name, key] of Object.entries(canaries))
      expect([name, text.includes(key)]).toEqual([name, name === ownKey[cli]]);
    expect((await its.call()).args.join(" ")).not.toContain("canary");
    expect((await its.call()).env).toMatchObject({ HTTPS_PROXY: "http://proxy", TZ: "UTC" });
    expect(text).not.toMatch(/SYNAPSE|AWS/);
    expect(reply.usage.payer).toBe(Payer.API_KEY);
  });

  it("tells each program what to answer and who it is, with its tools off", async () => {
    const asked = { prompt: "/init the @file", maxOutputTokens: 77 };
    const shape = { type: "object", properties: { summary: { type: "string" } }, required: ["summary"] };
    await its.ask("claude", await its.answering(wrote.claude.answer.lines), asked, canaries);
    const claude = await its.call();
    // What begins with a slash would be a command.
    expect(claude.input).toBe("The task:\n/init the @file");
    expect(claude.files).toMatchObject({ "system.md": "You are S." });
    expect(claude.args.join("|")).toContain("|--tools||--setting-sources||--strict-mcp-config|");
    expect(claude.args).toContain("--bare");
    expect(JSON.parse(claude.args[claude.args.indexOf("--json-schema") + 1])).toEqual({
      ...shape,
      additionalProperties: false,
    });
    // Without it, the files that a prompt names would be read and sent.
    expect(claude.env).toMatchObject({ CLAUDE_CODE_DISABLE_ATTACHMENTS: "1", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "77" });

    await its.ask("codex", await its.answering(wrote.codex.answer.lines), asked, canaries);
    const codex = await its.call();
    expect([codex.input, codex.args.at(-1)]).toEqual(["/init the @file", "-"]);
    expect(codex.files["system.md"]).toBe("You are S.");
    expect(JSON.parse(codex.files["schema.json"])).toMatchObject(shape);
    expect(codex.args.join(" ")).toMatch(/-s read-only .*features.shell_tool=false .*request_max_retries=0/);
    expect(codex.env).toMatchObject({ CODEX_API_KEY: canaries.OPENAI_API_KEY });
    expect(codex.env.OPENAI_API_KEY).toBeUndefined();
    expect(codex.env.CODEX_HOME).toMatch(/private\/.*\/home$/);

    await its.ask("gemini", await its.answering(wrote.gemini.answer.lines), asked, canaries);
    const gemini = await its.call();
    expect(gemini.input).toBe("The task:\n/init the @file");
    expect(gemini.files["system.md"]).toBe("You are S.");
    const settings = JSON.parse(gemini.files["settings.json"]);
    expect(settings).toMatchObject({ tools: { core: [] }, general: { maxAttempts: 1 } });
    const { generateContentConfig } = settings.modelConfigs.overrides[0].modelConfig;
    expect(generateContentConfig).toMatchObject({ maxOutputTokens: 77, responseJsonSchema: shape });
  });

  it("uses the user's own login where there is no key", async () => {
    const login = { CLAUDE_CODE_OAUTH_TOKEN: "a-token-of-a-subscription", CODEX_HOME: "/elsewhere" };
    await its.ask("claude", await its.answering(wrote.claude.subscription.lines), {}, login);
    const claude = await its.call();
    expect(claude.args).not.toContain("--bare");
    expect(claude.env).toMatchObject({
      HOME: its.programs.folder,
      CLAUDE_CODE_OAUTH_TOKEN: login.CLAUDE_CODE_OAUTH_TOKEN,
    });
    expect(claude.env.CLAUDE_CONFIG_DIR).toBeUndefined();
    await its.ask("codex", await its.answering(wrote.codex.answer.lines), {}, login);
    const codex = await its.call();
    expect(codex.env.CODEX_HOME).toBe("/elsewhere");
    expect(codex.args.join(" ")).toContain("requires_openai_auth=true");
    await its.ask("gemini", await its.answering(wrote.gemini.answer.lines), {}, login);
    const gemini = await its.call();
    expect(gemini.env.HOME).toBe(its.programs.folder);
    expect(JSON.parse(gemini.files["settings.json"])).toMatchObject({ tools: { core: [] } });
  });

  it("takes any prompt, however long", async () => {
    const prompt = "long ".repeat(1_000_000);
    await its.ask("codex", await its.answering(wrote.codex.answer.lines), { prompt });
    expect((await its.call()).input).toBe(prompt);
  });
});
