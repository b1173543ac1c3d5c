// Which of each parameter's choices a task asks for.
import { failure, Reason } from "#core/failure.ts";
import type { Found } from "./phrases.ts";
import type { Param, Recipe } from "./recipe.ts";
import { strayWord } from "./stray.ts";
import type { Piece } from "./words.ts";

type Choice = Extract<Param, { kind: "choice" }>;

/**
 * The choices a task makes, the defaults where it makes none. `implies` is what its numbers say,
 * such as "up to" for a range from 1 to 100. Rejects with INVALID_INPUT when a task asks for two at once, or in a way that is not understood.
 */
export function chosen(
  recipe: Recipe,
  found: readonly Found[],
  task: readonly Piece[],
  implies: string | undefined,
): Record<string, string> {
  const params = Object.entries(recipe.params).filter((entry): entry is [string, Choice] => entry[1].kind === "choice");
  const choices = Object.fromEntries(
    params.map(([name, param]) => {
      const hits = found.filter((hit) => hit.role.kind === "choice" && hit.role.param === name && !isTorn(hit, found));
      return [name, asked(recipe, param, hits, task, implies)];
    }),
  );
  return settled(recipe, choices, found, task);
}

/** The choices with every word heard that speaks for one more: "to binary and hex" is the choice of both, where there is one. */
function settled(
  recipe: Recipe,
  choices: Record<string, string>,
  found: readonly Found[],
  task: readonly Piece[],
): Record<string, string> {
  const stray = strayWord(recipe, choices, found, task);
  if (stray === undefined) return choices;
  const chosenBefore = found.filter(({ role }) => role.kind === "choice").map(({ role }) => role);
  for (const { param: name, choice } of stray.heard) {
    const param = recipe.params[name];
    const made = (choices[name] ?? "").split(" and ");
    const isMade = chosenBefore.some(
      (role) => role.kind === "choice" && role.param === name && made.includes(role.choice),
    );
    const both = param?.kind === "choice" && isMade ? together(param, [...made, choice]) : undefined;
    if (both !== undefined) return settled(recipe, { ...choices, [name]: both }, found, task);
  }
  const param = recipe.params[stray.param];
  const ways =
    param?.kind === "choice" ? Object.values(param.choices).map(([phrase = ""]) => JSON.stringify(phrase)) : [];
  throw failure(
    Reason.INVALID_INPUT,
    `${recipe.id} takes one choice of ${param?.says}, and ${JSON.stringify(stray.word)} leaves it open: say it such as ${ways.join(", ")}`,
  );
}

function asked(
  recipe: Recipe,
  param: Choice,
  hits: readonly Found[],
  task: readonly Piece[],
  implies: string | undefined,
): string {
  const clear = acted(
    hits.filter((hit) => !hits.some((other) => covers(other, hit))),
    task,
  );
  const all = names(clear);
  const nearest = names(clear.filter((hit) => isNear(hit, task)));
  const implied = Object.keys(param.choices).find((key) => param.choices[key]?.includes(implies ?? ""));
  if (implied !== undefined && implies === "table of") return implied;
  if (implied !== undefined && nearest.length === 0 && (implies === "up to" || all.length === 0)) return implied;
  const [only, ...others] = all.length > 1 && nearest.length > 0 ? nearest : all;
  const both = others.length > 0 ? together(param, all) : undefined;
  if (both !== undefined) return both;
  if (others.length > 0) {
    const said = all.map((choice) => JSON.stringify(choice)).join(" and ");
    throw failure(
      Reason.INVALID_INPUT,
      `${recipe.id} does one thing at a time, and the task asks for ${said}: say one`,
    );
  }
  return only ?? param.default;
}

/** Whether it begins within a word that names the topic: 구구단을 does not say 단을. */
function isTorn({ from }: Found, found: readonly Found[]): boolean {
  return (
    from % 1000 !== 0 && found.some(({ role, from: start, to }) => role.kind === "need" && start < from && from < to)
  );
}

/** The choice that is several others at once, named after them: "encrypt and decrypt". */
function together({ choices }: Choice, several: readonly string[]): string | undefined {
  const parts = new Set(several.flatMap((choice) => choice.split(" and ")));
  return Object.keys(choices).find((key) => {
    const those = key.split(" and ");
    return those.length === parts.size && those.every((one) => parts.has(one));
  });
}

const names = (hits: readonly Found[]) => [
  ...new Set(hits.flatMap(({ role }) => (role.kind === "choice" ? [role.choice] : []))),
];

const covers = (other: Found, hit: Found) =>
  other.from <= hit.from && other.to >= hit.to && other.to - other.from > hit.to - hit.from;

/** "Decode what was encoded" asks to decode: participles count only where nothing else does. */
function acted(hits: readonly Found[], task: readonly Piece[]): readonly Found[] {
  const active = hits.filter(({ from }) => !/ed$/i.test(task[Math.floor(from / 1000)]?.text ?? ""));
  return active.length > 0 ? active : hits;
}

/** Whether a number stands right before or behind it. */
function isNear({ from, to }: Found, task: readonly Piece[]): boolean {
  const [first, last] = [Math.floor(from / 1000), Math.ceil(to / 1000) - 1];
  return task[last + 1]?.kind === "number" || (task[first - 1]?.kind === "number" && from % 1000 === 0);
}
