// The engine that needs no model: it finds the recipe a task means, and explains, writes and tests it.
import { create } from "@bufbuild/protobuf";
import { CodeSchema, Ground, PlanSchema, ResearchSchema, TestSuiteSchema } from "#gen/synapse/v1/agent_pb.ts";
import { Payer, Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import type { Answer, Engine } from "../engine.ts";
import { cannot } from "./can-not.ts";
import { matched } from "./match.ts";
import { recipes } from "./recipes/index.ts";

const engines = ["builtin"];
function answer<T>(value: T): Answer<T> {
  return { value, usage: create(UsageSchema, { provenance: Provenance.MEASURED, payer: Payer.LOCAL }) };
}
export function builtinEngine(): Engine {
  return {
    kind: "builtin",
    model: "recipes",
    async plan({ task }, { say }) {
      const { recipe, values } = matched(task, recipes, engines);
      const summary = recipe.summary(values);
      say(`${summary}\n`);
      return answer(create(PlanSchema, { summary, steps: [`Write ${recipe.id}.mjs`, "Run it under its tests"], successCriteria: [...recipe.criteria], risks: [...recipe.risks], questions: ["How is it done best?"] }));
    },
    async research({ task }, { say }) {
      const { recipe } = matched(task, recipes, engines);
      for (const { claim } of recipe.facts) say(`${claim}\n`);
      return answer(create(ResearchSchema, { findings: recipe.facts.map(({ claim, confidence }) => ({ claim, confidence, ground: Ground.MODEL_MEMORY })) }));
    },
    async generateCode({ task, failure }, { say }) {
      const { recipe, values } = matched(task, recipes, engines);
      if (failure) throw cannot({ why: `the recipe ${recipe.id} has no other version`, count: recipes.length, nearest: [] }, engines);
      const content = recipe.code(values);
      say(content);
      return answer(create(CodeSchema, { files: [{ path: `${recipe.id}.mjs`, content }], argv: ["node", `${recipe.id}.mjs`], notes: recipe.title }));
    },
    async writeTests({ task }) {
      const { recipe, values } = matched(task, recipes, engines);
      return answer(create(TestSuiteSchema, { cases: [...recipe.cases(values)] }));
    },
    analyze: async (request) => answer(await (await import("./analyze.ts")).analyze(request)),
    reviewCode: async (request, { signal }) => answer(await (await import("./review.ts")).reviewCode(request, signal)),
  };
}
