// The engine that needs no key and no network: recipes for small tasks, and analysis and review of any code. It is no language model and says so.
import { create } from "@bufbuild/protobuf";
import { failure, Reason } from "#core/failure.ts";
import { CodeSchema, Ground, PlanSchema, ResearchSchema, TestSuiteSchema } from "#gen/synapse/v1/agent_pb.ts";
import { Payer, Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import type { Answer, Engine, Thinking } from "../engine.ts";
import { engineKinds } from "../engine-kinds.ts";
import { waysOut } from "./can-not.ts";
import { type Match, matched } from "./match.ts";
import { recipes } from "./recipes/index.ts";
import { formOf } from "./sample.ts";

export interface BuiltinOptions {
  /** The kinds of engine this build has: refusals tell how to connect them. */
  engines: readonly string[];
}

const defaults: BuiltinOptions = { engines: engineKinds };

/** Rejects with ENGINE_CANNOT, AMBIGUOUS_TASK or INVALID_INPUT what no recipe does as it is asked. */
export function builtinEngine(options: Partial<BuiltinOptions> = {}): Engine {
  const { engines } = { ...defaults, ...options };
  const find = (task: string, { signal }: Thinking): Match => {
    signal.throwIfAborted();
    return matched(task, recipes, engines);
  };

  return {
    kind: "builtin",
    model: "recipes",

    async plan({ task }, thinking) {
      const match = find(task, thinking);
      const { recipe, values } = match;
      // First what is not built in: the summary is all that a user is sure to read.
      const summary = [...left(match).map((one) => `${capitalized(one)}.`), recipe.summary(values)].join(" ");
      const steps = [
        `Write ${recipe.id}.mjs: ${decapitalized(recipe.title)}`,
        ...given(values),
        ...recipe.criteria.map(checked),
      ];
      tell(thinking, [summary, ...steps.map((step, i) => `${i + 1}. ${step}`)]);
      const questions = [`What is true of this, and where do programs go wrong: ${decapitalized(recipe.title)}?`];
      return free(
        create(PlanSchema, {
          summary,
          steps,
          successCriteria: [...recipe.criteria],
          risks: [...left(match), ...recipe.risks],
          questions,
        }),
      );
    },

    async research({ task }, thinking) {
      const { recipe } = find(task, thinking);
      const findings = recipe.facts.map(({ claim, confidence }) => ({
        claim,
        confidence,
        ground: Ground.MODEL_MEMORY,
      }));
      tell(
        thinking,
        findings.map(({ claim }) => `- ${claim}`),
      );
      return free(create(ResearchSchema, { findings }));
    },

    async generateCode({ task, failure: failed, repository }, thinking) {
      if (repository) throw noRepository(engines);
      const match = find(task, thinking);
      const { recipe, values } = match;
      if (failed) throw onlyVersion(recipe.id, engines);
      const content = recipe.code(values);
      const path = `${recipe.id}.mjs`;
      tell(thinking, [content]);
      const notes = `${recipe.summary(values)} It comes from the recipe ${recipe.id}, not from a language model; how to run it stands at its top.${left(
        match,
      )
        .map((one) => ` ${capitalized(one)}.`)
        .join("")}`;
      return free(create(CodeSchema, { files: [{ path, content }], argv: ["node", path], notes }));
    },

    async writeTests({ task }, thinking) {
      const { recipe, values } = find(task, thinking);
      return free(create(TestSuiteSchema, { cases: recipe.cases(values).map((one) => ({ ...one })) }));
    },

    async analyze(request, { signal, say }) {
      const { analyze } = await import("./analyze.ts");
      const analysis = await analyze(request, { signal });
      say(`${analysis.summary}\n`);
      return free(analysis);
    },

    async reviewCode(request, thinking) {
      const { reviewCode } = await import("./review.ts");
      const review = await reviewCode(request, thinking.signal);
      tell(
        thinking,
        review.comments.map(({ path, line, text }) => `${path}:${line}: ${text}`),
      );
      return free(review);
    },
  };
}

/** What builtin can do without a model, in the order it is listed to users. */
export function recipeCatalogue(): { id: string; title: string }[] {
  return recipes.map(({ id, title }) => ({ id, title }));
}

/** An answer that cost no tokens: measured, for nothing was sent anywhere. */
function free<T>(value: T): Answer<T> {
  return {
    value,
    usage: create(UsageSchema, {
      provenance: Provenance.MEASURED,
      costProvenance: Provenance.MEASURED,
      payer: Payer.LOCAL,
    }),
  };
}

function tell({ say }: Thinking, lines: readonly string[]): void {
  for (const line of lines) say(line.endsWith("\n") ? line : `${line}\n`);
}

function noRepository(engines: readonly string[]) {
  const why = "builtin cannot change a repository: it writes small programs by recipes, and is no language model";
  return failure(Reason.ENGINE_CANNOT, `${why}\n${waysOut({ engines })}`);
}

/** A recipe is one program: when it failed there is nothing else to try. */
function onlyVersion(id: string, engines: readonly string[]) {
  return failure(
    Reason.ENGINE_CANNOT,
    `builtin cannot repair ${id}.mjs: the recipe ${id} has one version, and builtin is no language model\n${waysOut({ engines })}`,
  );
}

function given(values: Readonly<Record<string, unknown>>): readonly string[] {
  const said = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return said.length === 0 ? [] : [`Build in the values ${said.join(", ")}`];
}

/** What of a task is not built in. */
function left({ recipe, unread, data }: Match): readonly string[] {
  const shown = data.map((one) => JSON.stringify(one)).join(", ");
  return [
    ...(unread === "" ? [] : [`these words were taken as context and not built in: ${JSON.stringify(unread)}`]),
    ...(data.length === 0
      ? []
      : [
          `the program reads its data from standard input in the form ${formOf(recipe.id)}; ${shown} from the task ${data.length > 1 ? "are" : "is"} not built in`,
        ]),
  ];
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const decapitalized = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const checked = (criterion: string) => `Check: ${decapitalized(criterion)}`;
