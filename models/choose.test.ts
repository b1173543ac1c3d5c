import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { parseEngineSetting } from "#core/engine-setting.ts";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { PlanRequestSchema } from "#gen/synapse/v1/claude_pb.ts";
import { chooseEngine, type EngineSettings, type Openers } from "./choose.ts";
import { Fault, providerFailure } from "./provider-failure.ts";
import { fakeModel } from "./testing/fake-model.ts";
import { listening } from "./testing/thinking.ts";

const good = { json: { summary: "s", steps: ["a"], successCriteria: ["b"] } };
const request = create(PlanRequestSchema, { task: "sort" });
const ollama = { name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", models: ["nomic-embed-text", "qwen3:4b"] };

function settings(setting: string, more: Partial<EngineSettings> = {}): EngineSettings {
  const parsed = parseEngineSetting(setting);
  if (parsed === undefined) return expect.fail(`${setting} is no setting`);
  return { agent: "claude", setting: parsed, keys: {}, urls: {}, limits: {}, search: false, environment: {}, ...more };
}

/** Models that answer; what was opened is kept. */
function world(servers: Awaited<ReturnType<Openers["local"]>> = []) {
  const opened: string[] = [];
  const openers: Partial<Openers> = {
    local: async () => servers,
    model: async ({ kind, model }) => {
      opened.push(`${kind}:${model}`);
      return fakeModel([good], { kind, model });
    },
  };
  return { opened, openers };
}

async function chosen(setting: string, more: Partial<EngineSettings> = {}, servers = world().openers) {
  const { decision } = await chooseEngine(settings(setting, more), servers);
  return decision();
}

describe("the engine that is chosen", () => {
  it("is what is configured, the usual model where none is named, and opened when it is first asked", async () => {
    const { opened, openers } = world();
    const keys = { anthropic: "a", openai: "o" };
    const { engine, decision } = await chooseEngine(settings("anthropic > openai:m", { keys }), openers);
    expect((await decision()).name).toBe("anthropic:claude-sonnet-5-5 > openai:m");
    expect(opened).toEqual([]);
    const answer = await engine.plan(request, listening());
    expect(answer.engine).toEqual({ kind: "anthropic", model: "claude-sonnet-5-5" });
    expect(opened).toEqual(["anthropic:claude-sonnet-5-5"]);
  });

  it("by auto is the agent's own provider, then another with a key, then a local model, then builtin", async () => {
    const { openers } = world([ollama]);
    expect((await chosen("auto", { keys: { openai: "o", anthropic: "a" } }, openers)).name).toMatch(/^anthropic:/);
    expect(await chosen("auto", { keys: { openai: "o" } }, openers)).toEqual({
      name: "openai:gpt-6.1-sol",
      why: "there is a key of OpenAI, none of Anthropic",
    });
    expect((await chosen("auto", {}, openers)).name).toBe("compatible:qwen3:4b");
    expect((await chosen("auto")).name).toBe("builtin:recipes");
  });

  it("by auto is looked for once, and answers under its own name", async () => {
    let looks = 0;
    const local = async () => {
      looks++;
      return [ollama];
    };
    const { engine, decision } = await chooseEngine(settings("auto"), { ...world().openers, local });
    expect(looks).toBe(0);
    const { engine: who } = await engine.plan(request, listening());
    expect([who, (await decision()).name, looks]).toEqual([
      { kind: "compatible", model: "qwen3:4b" },
      "compatible:qwen3:4b",
      1,
    ]);
  });

  it("refuses to start without the key it needs, and names it; a proxy may need none", async () => {
    const error = await chooseEngine(settings("openai:m > builtin")).then(
      () => expect.fail("it starts"),
      (error: unknown) => error,
    );
    expect(reasonOf(error)).toBe(Reason.ENGINE_AUTH);
    expect(messageOf(error)).toBe(
      "openai:m needs a key: set OPENAI_API_KEY, or OPENAI_API_KEY_FILE to a file of mode 0600 that holds it, or choose another engine with SYNAPSE_CLAUDE_ENGINE",
    );
    await chooseEngine(settings("openai:m", { urls: { openai: "http://127.0.0.1:4000/v1" } }));
  });

  it("is no other one when it fails", async () => {
    const auth = providerFailure({ engine: "anthropic:m", fault: Fault.AUTH, message: "the key is refused" });
    const model = async () => fakeModel([auth], { kind: "anthropic", model: "m" });
    const { engine } = await chooseEngine(settings("anthropic:m", { keys: { anthropic: "a" } }), { model });
    await expect(engine.plan(create(PlanRequestSchema, { task: "fibonacci" }), listening())).rejects.toThrow(
      "the key is refused",
    );
  });

  it("on this machine costs nothing and is shown little; with a key it is a proxy to somebody who is paid", async () => {
    const url = "http://127.0.0.1:4000/v1";
    const long = create(PlanRequestSchema, { task: "sort", context: ["x".repeat(65_000)] });
    const allowance = { nanoUsd: 1n };
    const shown = async (more: Partial<EngineSettings>, heard = listening()) => {
      const { engine } = await chooseEngine(settings(`compatible:m@${url}`, more), world().openers);
      await engine.plan(long, heard);
      return Number(heard.shown[0]?.items?.[1]?.shown);
    };
    expect(await shown({}, listening({ allowance }))).toBeLessThan(45_000);
    const keys = { compatible: "k" };
    await expect(shown({ keys }, listening({ allowance }))).rejects.toThrow(/its price is not known/);
    expect(await shown({ keys })).toBe(65_000);
    const limits = { compatible: { contextTokens: 8192, outputTokens: 2048 } };
    expect(await shown({ keys, limits })).toBe((8192 - 2048 - 2048) * 3 - 4);
  });

  it("is opened anew after opening failed", async () => {
    let opens = 0;
    const model = async () => {
      if (++opens === 1) throw new Error("no room");
      return fakeModel([good], { kind: "anthropic", model: "m" });
    };
    const { engine } = await chooseEngine(settings("anthropic:m", { keys: { anthropic: "a" } }), { model });
    await expect(engine.plan(request, listening())).rejects.toThrow("no room");
    expect((await engine.plan(request, listening())).value.summary).toBe("s");
  });

  it("costs a start nothing that is not used: neither the AI SDK nor zod is loaded for builtin", async () => {
    const choose = fileURLToPath(new URL("./choose.ts", import.meta.url));
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      const { chooseEngine } = await import(${JSON.stringify(choose)});
      await chooseEngine({ agent: "claude", setting: [{ kind: "auto" }], keys: {}, urls: {}, limits: {}, search: false, environment: {} });
      const heavy = loaded.filter((url) => /node_modules.(zod|ai|@ai-sdk|@bufbuild.protovalidate.dist.esm.(?!gen)|zz)/.test(url));
      console.log(JSON.stringify({ all: loaded.length > 5, heavy }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(JSON.parse(stdout)).toEqual({ all: true, heavy: [] });
  });
});
