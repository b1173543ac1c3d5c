// The real programs against the simulator, where they are on the PATH: tested here are the flags, the protocols and the lines.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { failureOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { failures } from "#simulator/failures.ts";
import type { Answer } from "#simulator/script.ts";
import { type Simulator, simulator } from "#simulator/simulator.ts";
import { Fault } from "../provider-failure.ts";
import type { CliName } from "./cli.ts";
import { detectClis } from "./detect.ts";
import { cliModel } from "./open.ts";

const found = await detectClis(process.env);
const key = "sk-canary-1234567890";
const json = { summary: "a plan", steps: ["one", "two"] };
const usage = { inputTokens: 100, outputTokens: 40, cacheReadTokens: 20 };
const schema = z.object({ summary: z.string(), steps: z.array(z.string()) });
const models: Record<CliName, string> = { claude: "claude-sonnet-4-5", codex: "gpt-5", gemini: "gemini-2.5-pro" };

describe.skipIf(found.length > 0)("a command line agent", () => {
  it.skip("is not on the PATH here, so it is tested by recorded lines alone", () => {});
});

describe.each(found)("the real $title $version", ({ cli, path }) => {
  let provider: Simulator;
  let folder: string;

  beforeEach(async () => {
    provider = await simulator();
    // Not in the folder for temporary files: see private-folder.ts.
    folder = await mkdtemp(join(homedir(), ".synapse-test-"));
  });
  afterEach(async () => {
    await provider[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  function ask(answer: Answer, signal = new AbortController().signal) {
    provider.script({ otherwise: { json, usage, ...answer } });
    const env = {
      ...{ PATH: process.env.PATH, HOME: folder },
      ...{ ANTHROPIC_API_KEY: key, OPENAI_API_KEY: key, GEMINI_API_KEY: key },
      ...{
        ANTHROPIC_BASE_URL: provider.url,
        GOOGLE_GEMINI_BASE_URL: provider.url,
        OPENAI_BASE_URL: `${provider.url}/v1`,
      },
    };
    const question = { name: "plan", system: "Be brief.", prompt: "Plan @/etc/passwd", schema, maxOutputTokens: 4000 };
    const model = cliModel({ cli, path, model: models[cli], env, folder: join(folder, "private") });
    return model.ask({ ...question, signal, say: () => {} });
  }

  async function failing(asked: Promise<unknown>) {
    const error: unknown = await asked.then(
      (reply) => expect.fail(`it answered ${inspect(reply)}`),
      (reason: unknown) => reason,
    );
    expect(inspect([error, (error as Error).cause, failureOf(error)], { depth: 9 })).not.toContain(key);
    expect(await readdir(join(folder, "private"))).toEqual([]);
    return { reason: reasonOf(error), fault: failureOf(error)?.provider?.fault, spent: spentOn(error), error };
  }

  it("answers by the schema in one request, without tools, and counts what was billed", async () => {
    const reply = await ask({});
    expect(reply.value).toEqual(json);
    const [request, ...more] = provider.requests;
    expect(more).toEqual([]);
    expect(request).toMatchObject({ hasKey: true, model: models[cli] });
    expect(request?.system).toContain("Be brief.");
    expect(request?.prompt).toContain("Plan @/etc/passwd");
    // The file that the prompt names is not read.
    expect(JSON.stringify(request?.body)).not.toContain("root:");
    expect(request?.schema).toMatchObject({ type: "object", required: ["summary", "steps"] });
    const tools = (request?.body.tools ?? []) as Record<string, unknown>[];
    expect(
      tools.filter((tool) => tool.name !== "StructuredOutput" && inspect(tool) !== "{ functionDeclarations: [] }"),
    ).toEqual([]);
    expect(reply.usage).toMatchObject({
      ...{ inputTokens: 100n, outputTokens: 40n, cacheReadTokens: 20n },
      ...{ provenance: Provenance.MEASURED, payer: Payer.API_KEY, modelRequested: models[cli] },
    });
    expect(await readdir(join(folder, "private"))).toEqual([]);
  }, 60_000);

  it.each<[string, Answer, Fault, Reason]>([
    ["an unknown key", failures.unauthorized, Fault.AUTH, Reason.ENGINE_AUTH],
    ["a rate that is used up", failures.rateLimited, Fault.RATE_LIMIT, Reason.QUOTA_EXHAUSTED],
    ["a server's error", { status: 500 }, Fault.SERVER, Reason.DEPENDENCY],
    ["a stream that is cut", { cutAfterEvents: 3 }, Fault.CUT, Reason.DEPENDENCY],
    ["an empty answer", { empty: true }, Fault.EMPTY, Reason.ENGINE_OUTPUT],
  ])(
    "fails as it should: %s",
    async (_, answer, fault, reason) => {
      // Codex says the same of a 500 as of too much to do.
      const expected = cli === "codex" && fault === Fault.SERVER ? Fault.OVERLOADED : fault;
      expect(await failing(ask(answer))).toMatchObject({ fault: expected, reason });
    },
    60_000,
  );

  it("does not ask again because the model calls a tool", async () => {
    const asked = ask({ text: "", toolCalls: [{ name: "shell", input: { command: "ls" } }] });
    // Claude Code has the model call its one tool with the answer all the same.
    await (cli === "claude" ? asked : expect(failing(asked)).resolves.toMatchObject({ fault: Fault.MALFORMED }));
    expect(provider.requests.length).toBeLessThan(4);
  }, 60_000);

  it("is gone when its caller leaves", async () => {
    const leaving = new AbortController();
    const ending = failing(ask({ hangAfterEvents: 2 }, leaving.signal));
    await expect.poll(() => provider.requests.length, { timeout: 30_000 }).toBe(1);
    leaving.abort();
    expect(await ending).toMatchObject({ reason: Reason.CANCELED });
  }, 60_000);
});
