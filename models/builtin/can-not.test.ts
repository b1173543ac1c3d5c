// What a refusal says: the truth about this build, and commands that work.
import { describe, expect, it } from "vitest";
import { parseEngineSetting } from "#core/engine-setting.ts";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { engineKinds } from "../engine-kinds.ts";
import { ambiguous, cannot, waysOut } from "./can-not.ts";
import { recipes } from "./recipes/index.ts";

describe("ways out", () => {
  it("give one command for each engine there is", () => {
    const text = waysOut({ engines: engineKinds });
    for (const key of ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"])
      expect(text).toContain(`export ${key}=…`);
    expect(text).toMatch(/ollama pull .*SYNAPSE_ENGINE=compatible:MODEL@URL.*SYNAPSE_ENGINE=cli:claude/s);
    expect(text).toMatch(/`synapse doctor`.*`synapse run` again/);
    expect(text).toMatch(/Execute.*Analyze.*Review/);
    expect(waysOut({ engines: ["openai"] })).not.toContain("ANTHROPIC");
  });

  it("name settings that are taken", () => {
    const named = [...waysOut({ engines: engineKinds }).matchAll(/SYNAPSE_ENGINE=(\S+)/g)].map(
      ([, setting]) => setting,
    );
    for (const setting of named) {
      const real = setting!.replace("MODEL@URL", "qwen3:4b@http://127.0.0.1:11434/v1");
      expect(parseEngineSetting(real)).toBeDefined();
    }
  });
});

describe("a refusal", () => {
  it("says that builtin is no language model, what it knows, and what comes near", () => {
    const error = cannot({ why: "no recipe knows x", count: 46, nearest: recipes.slice(0, 2) }, ["builtin"]);
    expect(reasonOf(error)).toBe(Reason.ENGINE_CANNOT);
    expect(messageOf(error)).toMatch(/^builtin cannot do this task: no recipe knows x\n/);
    expect(messageOf(error)).toMatch(/no language model; it knows 46 recipes/);
    for (const { id } of recipes.slice(0, 2)) expect(messageOf(error)).toContain(`  ${id}: `);
  });

  it("of an ambiguous task lists what to say", () => {
    const error = ambiguous(recipes.slice(0, 3));
    expect(reasonOf(error)).toBe(Reason.AMBIGUOUS_TASK);
    expect(messageOf(error).split("\n")).toHaveLength(4);
  });
});
