// A program as a model, from the ask to the reply, with small programs in the place of the agents'.
import { mkdir, readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { failureOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import type { Ask } from "../model.ts";
import { Fault } from "../provider-failure.ts";
import type { CliName } from "./cli.ts";
import { cliModel } from "./open.ts";
import { claudeWrote } from "./recorded/claude.data.ts";
import { codexWrote } from "./recorded/codex.data.ts";
import { geminiWrote } from "./recorded/gemini.data.ts";
import { type FakePrograms, fakePrograms, isRunning } from "./testing/fake-program.ts";

const wrote = { claude: claudeWrote, codex: codexWrote, gemini: geminiWrote };
const names: CliName[] = ["claude", "codex", "gemini"];
const canaries = {
  ANTHROPIC_API_KEY: "sk-ant-canary-1234567890",
  OPENAI_API_KEY: "sk-oai-canary-1234567890",
  GEMINI_API_KEY: "AIza-canary-1234567890",
};
const ownKey = { claude: "ANTHROPIC_API_KEY", codex: "OPENAI_API_KEY", gemini: "GEMINI_API_KEY" } as const;

describe("a command line agent as a model", () => {
  let programs: FakePrograms;
  let clock: ManualClock;
  let said: string;
  let cache: string;

  beforeEach(async () => {
    [programs, clock, said] = [await fakePrograms(), manualClock(), ""];
    cache = join(programs.folder, "private");
  });
  afterEach(() => programs[Symbol.asyncDispose]());

  function ask(cli: CliName, path: string, asked: Partial<Ask> = {}, env: Record<string, string> = {}, model?: string) {
    const all = { PATH: process.env.PATH ?? "", HOME: programs.folder, ...env };
    const say = (text: string) => {
      said += text;
    };
    const { signal } = new AbortController();
    const question = { name: "plan", system: "You are S.", prompt: "Say hi", maxOutputTokens: 1234 };
    const schema = z.object({ summary: z.string() });
    const opened = cliModel({ cli, path, model, env: all, folder: cache, graceMs: 3000, clock });
    return opened.ask({ ...question, schema, signal, say, ...asked });
  }

  /** Writes down what it is given, then lines. */
  const answering = (lines: readonly string[], more = "") =>
    programs.node(
      `const fs = require("fs");
       const call = { args: process.argv.slice(2), env: process.env, input: fs.readFileSync(0, "utf8"), files: {} };
       for (const arg of [...call.args.flatMap((each) => each.split(/["=]/)), ...Object.values(process.env)])
         if (arg.startsWith(${JSON.stringify(programs.folder)} + "/private") && fs.statSync(arg).isFile())
           call.files[arg.split("/").at(-1)] = fs.readFileSync(arg, "utf8");
       call.home = fs.existsSync(process.env.HOME + "/.gemini/settings.json") &&
         fs.readFileSync(process.env.HOME + "/.gemini/settings.json", "utf8");
       call.work = process.env.PWD; call.mode = fs.statSync(process.env.TMPDIR + "/..").mode & 0o777;
       fs.writeFileSync("call.json", JSON.stringify(call));
       ${more}
       for (const line of ${JSON.stringify(lines)}) console.log(line);`,
    );
  const call = async () => JSON.parse((await programs.read("call.json"))!);

  async function failing(asked: Promise<unknown>) {
    const error: unknown = await asked.then(
      () => expect.fail("it answered"),
      (reason: unknown) => reason,
    );
    const shown = inspect([error, (error as Error).cause, failureOf(error), spentOn(error)], { depth: 9 });
    for (const key of Object.values(canaries)) expect(shown).not.toContain(key);
    const { provider, retryAfter } = failureOf(error) ?? expect.fail(`${error}`);
    const { message } = error as Error;
    return {
      ...{ reason: reasonOf(error), fault: provider?.fault, engine: provider?.engine, message },
      retryAfter,
      spent: spentOn(error),
    };
  }

  it.each(names)("of %s answers, and leaves nothing where it worked", async (cli) => {
    const reply = await ask(cli, await answering(wrote[cli].answer.lines));
    expect(reply).toMatchObject({ value: { summary: "hi" }, text: '{"summary":"hi"}', sources: [] });
    expect(reply.usage).toMatchObject({ provenance: Provenance.MEASURED, modelRequested: "" });
    expect(said).toBe('{"summary":"hi"}');
    expect(await readdir(cache)).toEqual([]);
    expect(clock.pending).toBe(0);
    const { mode, input } = await call();
    expect([mode, input]).toEqual([0o700, "Say hi"]);
  });

  it.each(names)("of %s is named by the program and the model", async (cli) => {
    const named = (model?: string) => cliModel({ cli, env: {}, folder: cache, model });
    expect([named().kind, named().model, named("m-1").model]).toEqual(["cli", cli, `${cli}:m-1`]);
    const reply = await ask(cli, await answering(wrote[cli].answer.lines), {}, {}, "m-1");
    expect((await call()).args.join(" ")).toMatch(/(-m|--model) m-1\b/);
    expect(reply.usage.modelRequested).toBe("m-1");
  });

  it.each(names)("of %s gets its own key and no other, and nothing else that it does not need", async (cli) => {
    const env = { ...canaries, SYNAPSE_AUTH_TOKEN: "no", AWS_SECRET_ACCESS_KEY: "no", HTTPS_PROXY: "http://proxy" };
    const reply = await ask(cli, await answering(wrote[cli].answer.lines), {}, env);
    const text = (await programs.read("call.json"))!;
    for (const [name, key] of Object.entries(canaries))
      expect([name, text.includes(key)]).toEqual([name, name === ownKey[cli]]);
    expect((await call()).args.join(" ")).not.toContain("canary");
    expect((await call()).env).toMatchObject({ HTTPS_PROXY: "http://proxy", TZ: "UTC" });
    expect(text).not.toMatch(/SYNAPSE|AWS/);
    expect(reply.usage.payer).toBe(Payer.API_KEY);
  });

  it("tells each program what to answer and who it is, with its tools off", async () => {
    const asked = { prompt: "/init the @file", maxOutputTokens: 77 };
    const shape = { type: "object", properties: { summary: { type: "string" } }, required: ["summary"] };
    await ask("claude", await answering(claudeWrote.answer.lines), asked, canaries);
    const claude = await call();
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

    await ask("codex", await answering(codexWrote.answer.lines), asked, canaries);
    const codex = await call();
    expect([codex.input, codex.args.at(-1)]).toEqual(["/init the @file", "-"]);
    expect(codex.files["system.md"]).toBe("You are S.");
    expect(JSON.parse(codex.files["schema.json"])).toMatchObject(shape);
    expect(codex.args.join(" ")).toMatch(/-s read-only .*features.shell_tool=false .*request_max_retries=0/);
    expect(codex.env).toMatchObject({ CODEX_API_KEY: canaries.OPENAI_API_KEY });
    expect(codex.env.OPENAI_API_KEY).toBeUndefined();
    expect(codex.env.CODEX_HOME).toMatch(/private\/.*\/home$/);

    await ask("gemini", await answering(geminiWrote.answer.lines), asked, canaries);
    const gemini = await call();
    expect(gemini.input).toBe("The task:\n/init the @file");
    expect(gemini.files["system.md"]).toBe("You are S.");
    const settings = JSON.parse(gemini.home);
    expect(settings).toMatchObject({ tools: { core: [] }, general: { maxAttempts: 1 } });
    const { generateContentConfig } = settings.modelConfigs.overrides[0].modelConfig;
    expect(generateContentConfig).toMatchObject({ maxOutputTokens: 77, responseJsonSchema: shape });
  });

  it("uses the user's own login where there is no key", async () => {
    const login = { CLAUDE_CODE_OAUTH_TOKEN: "a-token-of-a-subscription", CODEX_HOME: "/elsewhere" };
    await ask("claude", await answering(claudeWrote.subscription.lines), {}, login);
    const claude = await call();
    expect(claude.args).not.toContain("--bare");
    expect(claude.env).toMatchObject({ HOME: programs.folder, CLAUDE_CODE_OAUTH_TOKEN: login.CLAUDE_CODE_OAUTH_TOKEN });
    expect(claude.env.CLAUDE_CONFIG_DIR).toBeUndefined();
    await ask("codex", await answering(codexWrote.answer.lines), {}, login);
    const codex = await call();
    expect(codex.env.CODEX_HOME).toBe("/elsewhere");
    expect(codex.args.join(" ")).toContain("requires_openai_auth=true");
    await ask("gemini", await answering(geminiWrote.answer.lines), {}, login);
    const gemini = await call();
    expect(gemini.env.HOME).toBe(programs.folder);
    expect(JSON.parse(gemini.files["settings.json"])).toMatchObject({ tools: { core: [] } });
  });

  it("takes any prompt, however long", async () => {
    const prompt = "long ".repeat(1_000_000);
    await ask("codex", await answering(codexWrote.answer.lines), { prompt });
    expect((await call()).input).toBe(prompt);
  });

  it("that is not installed says how to get it", async () => {
    expect(await failing(ask("gemini", "no-such-gemini"))).toMatchObject({
      ...{ reason: Reason.ENGINE_CANNOT, fault: Fault.REQUEST, engine: "cli:gemini", spent: [] },
      message: expect.stringContaining(
        "Gemini CLI is not installed: there is no no-such-gemini on the PATH; get it with `npm install -g @google/gemini-cli`",
      ),
    });
    expect(await readdir(cache)).toEqual([]);
  });

  it("that has used up its quota says when it may be asked again", async () => {
    const { lines } = claudeWrote.limit;
    clock = manualClock(new Date("2026-11-28T11:20:00Z"));
    const ending = await failing(ask("claude", await answering(lines, "process.exitCode = 1;")));
    expect(ending).toMatchObject({
      reason: Reason.QUOTA_EXHAUSTED,
      fault: Fault.QUOTA,
      retryAfter: { seconds: 2400n },
    });
  });

  it("shows no key, whatever it says", async () => {
    const words = `no: ${Object.values(canaries).join(" ")}`;
    const lines = [JSON.stringify({ type: "turn.failed", error: { message: words } })];
    const program = await answering(lines, `console.error(${JSON.stringify(words)});`);
    expect((await failing(ask("codex", program, {}, canaries))).message).toContain("no: [key]");
  });

  it("is ended when its caller leaves; what it had begun is told as spent, of unknown size", async () => {
    const program = await programs.shell(
      `echo '{"type":"thread.started"}'; sleep 1000 & echo $! > pid; trap '' TERM; echo yes > ready; wait; sleep 1000`,
    );
    const leaving = new AbortController();
    const ending = failing(ask("codex", program, { signal: leaving.signal }));
    await expect.poll(() => programs.read("ready")).toBeDefined();
    leaving.abort();
    await expect.poll(async () => isRunning((await programs.read("pid"))!.trim())).toBe(false);
    await clock.advance(3000);
    const { reason, spent } = await ending;
    expect(reason).toBe(Reason.CANCELED);
    expect(spent).toMatchObject([{ engine: "cli:codex", usage: { provenance: Provenance.UNAVAILABLE } }]);
    expect(await readdir(cache)).toEqual([]);
  });

  it("costs nothing when its caller has left before", async () => {
    const ending = await failing(ask("codex", "no-such-codex", { signal: AbortSignal.abort() }));
    expect(ending).toMatchObject({ reason: Reason.CANCELED, spent: [] });
  });

  it("that falls silent has failed, and what came is counted as an estimate", async () => {
    const program = await programs.shell(`echo '${claudeWrote.cut.lines.slice(0, 3).join("\n")}'; exec sleep 1000`);
    const ending = failing(ask("claude", program));
    await expect.poll(() => said).toBe('{"summar');
    await clock.advance(120_000);
    expect(await ending).toMatchObject({ reason: Reason.DEPENDENCY, fault: Fault.STALLED });
    expect((await ending).spent).toMatchObject([{ usage: { inputTokens: 25n, provenance: Provenance.ESTIMATED } }]);
  });

  it("sweeps what a process that was killed has left, after a day", async () => {
    for (const name of ["123-aB3dE6", "124-aB3dE6", "other"]) await mkdir(join(cache, name), { recursive: true });
    const old = new Date(clock.date().getTime() - 25 * 3_600_000);
    for (const name of ["123-aB3dE6", "other"]) await utimes(join(cache, name), old, old);
    await ask("codex", await answering(codexWrote.answer.lines));
    expect((await readdir(cache)).sort()).toEqual(["124-aB3dE6", "other"]);
    expect((await stat(cache)).isDirectory()).toBe(true);
  });

  it("that can have no folder of its own is not started", async () => {
    cache = "/dev/null/private";
    expect(await failing(ask("codex", "no-such-codex"))).toMatchObject({
      fault: Fault.REQUEST,
      message: expect.stringContaining("Codex CLI needs a folder in /dev/null/private"),
    });
  });
});
