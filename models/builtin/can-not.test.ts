// What a refusal says: the truth about this build, and commands that work.
import { describe, expect, it } from "vitest";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { ambiguous, cannot, waysOut } from "./can-not.ts";
import { recipes } from "./recipes/index.ts";

describe("ways out", () => {
  it("say that this build has no model engines, and how a build that has them connects one", () => {
    const text = waysOut({ engines: ["builtin"] });
    expect(text).toMatch(/no model engines yet/);
    expect(text).toMatch(/Execute.*Analyze.*Review/);
    for (const key of ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"])
      expect(text).toContain(`export ${key}=…`);
  });

  it("give one command for each engine it has", () => {
    const text = waysOut({ engines: ["builtin", "anthropic", "google", "openai", "compatible"] });
    for (const key of ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENAI_API_KEY"])
      expect(text).toContain(`export ${key}=…`);
    expect(text).toContain("SYNAPSE_CLAUDE_ENGINE=compatible:MODEL@http://127.0.0.1:11434/v1");
    expect(text).toMatch(/`synapse doctor`.*`synapse run` again/);
    expect(text).not.toMatch(/no model engines/);
    expect(waysOut({ engines: ["openai"] })).not.toContain("ANTHROPIC");
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
