// Every recipe in this folder is what it says: its program really runs, and its cases tell right from wrong.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import type { Param, Recipe, RecipeCase } from "../recipe.ts";
import type { Said } from "../testing/each-input.ts";

type Any = string | number | readonly string[] | readonly number[];
type Chosen = Readonly<Record<string, Any>>;

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && file !== "index.ts")
  .map((file) => file.slice(0, -".ts".length));

const recipes = await Promise.all(
  names.map(async (name): Promise<readonly [string, Recipe]> => {
    const module: Record<string, unknown> = await import(`./${name}.ts`);
    return [name, module[name.replace(/-(.)/g, (_, c: string) => c.toUpperCase())] as Recipe];
  }),
);

const folder = mkdtempSync(join(tmpdir(), "recipes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hostile = `\`\${process.exit()}\` </script> "quoted" 'too' \\ \u2028 \0 %s 한글 😀 */ //\nsecond line`;
const hostileWords = [hostile, "__proto__", "", "constructor", " ", "\\"];

/** A value of each kind, by what it is to try: the least, many at once, or what may break out of the source. */
function value(param: Param, trial: "least" | "many" | "hostile"): Any {
  if (param.kind === "choice" || (trial === "hostile" && !["text", "words"].includes(param.kind))) return param.default;
  if (param.kind === "integer") return trial === "least" ? param.min : param.max;
  if (param.kind === "text")
    return { least: "x", many: "b, aa B 3 ".repeat(30), hostile }[trial].slice(0, param.maxLength);
  const lists: Record<string, readonly Any[]> = {
    integers: [7, -3, 7, 0, 12, 1, 48, -100, 36, 2, 1999, 5],
    numbers: [7.25, -3, 7.25, 0, 12, 1, 48, -100.5, 36, 2, 1999, 5],
    words: trial === "hostile" ? hostileWords : ["pear", "Pear", "reap", "x", "pear", "나비", "10", "9", "ab-c", "a"],
    dates: ["2024-02-29", "1999-12-31", "2025-03-01"],
  };
  const list = (lists[param.kind] ?? []).slice(0, trial === "least" ? 1 : param.max);
  return list as readonly string[] | readonly number[];
}

const fill = ({ params }: Recipe, pick: (param: Param) => Any): Chosen =>
  Object.fromEntries(Object.entries(params).map(([key, param]) => [key, pick(param)]));

/** The default values, and the default values with each other choice. */
function choices(recipe: Recipe): Chosen[] {
  const usual = fill(recipe, (param) => param.default);
  const others = Object.entries(recipe.params).flatMap(([key, param]) =>
    param.kind === "choice" ? Object.keys(param.choices).map((choice) => ({ ...usual, [key]: choice })) : [],
  );
  return [usual, ...others.filter((chosen) => JSON.stringify(chosen) !== JSON.stringify(usual))];
}

// Without types: they would be taken out anew by each process.
const eachInput = join(folder, "each-input.mjs");
writeFileSync(
  eachInput,
  stripTypeScriptTypes(readFileSync(join(import.meta.dirname, "../testing/each-input.ts"), "utf8")),
);

/** Runs Node with its standard input from a pipe, as a shell or the sandbox gives it. */
async function run(args: readonly string[], stdin: string) {
  const child = spawn(process.execPath, args, { cwd: folder, env: {}, timeout: 20_000, killSignal: "SIGKILL" });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

/** The first case and the first refusal each in a process of its own; all others in one, which costs far less. */
async function runAll(file: string, cases: readonly RecipeCase[]) {
  const refusal = cases.findIndex(({ exitCode = 0 }) => exitCode > 0);
  const isAlone = (at: number) => at === 0 || at === refusal;
  const together = cases.filter((_, at) => !isAlone(at)).map(({ stdin }) => stdin);
  const shared: Said[] = [];
  if (together.length > 0) {
    const { stdout, stderr } = await run([eachInput, file], JSON.stringify(together));
    expect(stderr, file).toBe("");
    shared.push(...(JSON.parse(stdout) as Said[]));
    expect(shared).toHaveLength(together.length);
  }
  const said = [];
  for (const [at, one] of cases.entries()) said.push(isAlone(at) ? await run([file], one.stdin) : shared.shift()!);
  return said;
}

/** Writes the program for the values and runs it for every case given. */
async function passes(recipe: Recipe, values: Chosen, label: string, cases: readonly RecipeCase[]) {
  const file = join(folder, `${recipe.id}-${label}.mjs`);
  writeFileSync(file, recipe.code(values));
  const said = await runAll(file, cases);
  for (const [at, { name, stdout, exitCode = 0 }] of cases.entries()) {
    const got = said[at]!;
    const hint = `${label}: ${name}: ${got.stderr.slice(0, 500)}`;
    expect(got.stdout.trimEnd(), hint).toBe(stdout.trimEnd());
    // Values that are allowed but that the program refuses are told by its words only.
    expect(got.exitCode, hint).toBe(label.startsWith("choice") || got.stderr === "" ? exitCode : 1);
    // An uncaught error has a stack: a program of a recipe says in one line what is wrong.
    expect(got.stderr, hint).not.toMatch(/\n\s+at /);
  }
}

describe.concurrent.for(recipes)("recipe %s", ([name, recipe]) => {
  it("is named after its file and says what it does", () => {
    expect(recipe?.id).toBe(name);
    expect(recipe.title).toMatch(/^[A-Z][a-z]+ .+[^.]$/);
    expect(recipe.match.needs.every((group) => group.length > 0)).toBe(true);
    expect([recipe.facts.length, recipe.criteria.length, recipe.risks.length].every((n) => n > 0)).toBe(true);
  });

  it("has cases that fit the contract and have names of their own", () => {
    for (const values of choices(recipe)) {
      const cases = recipe.cases(values);
      expect(cases.length).toBeGreaterThanOrEqual(4);
      expect(cases[0]?.stdin).toBe("");
      expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
      expect(recipe.summary(values)).toMatch(/\S/);
    }
    // What a test may hold: 200 characters of name, 256 KiB of input and as much of output.
    const all = [...choices(recipe), fill(recipe, (param) => value(param, "many"))].flatMap(recipe.cases);
    expect(Math.max(...all.map((one) => one.name.length))).toBeLessThanOrEqual(200);
    expect(Math.max(...all.map((one) => Buffer.byteLength(one.stdin + one.stdout)))).toBeLessThanOrEqual(262_144);
  });

  it("has cases that a stub, an echo and a constant answer fail", () => {
    for (const values of choices(recipe)) {
      const cases = recipe
        .cases(values)
        .map(({ stdin, stdout }) => ({ stdin: stdin.trimEnd(), stdout: stdout.trimEnd() }));
      expect(cases.some(({ stdout }) => stdout !== "")).toBe(true);
      expect(cases.some(({ stdin, stdout }) => stdin !== stdout)).toBe(true);
      expect(new Set(cases.map(({ stdout }) => stdout).filter((stdout) => stdout !== "")).size).toBeGreaterThan(1);
    }
  });

  it("passes its cases with the default values and with every choice", { timeout: 60_000 }, async () => {
    for (const [i, values] of choices(recipe).entries())
      await passes(recipe, values, `choice-${i}`, recipe.cases(values));
  });

  it("passes its first case with other values, and with text that tries to break out", {
    timeout: 60_000,
  }, async () => {
    for (const trial of ["least", "many", "hostile"] as const) {
      const values = fill(recipe, (param) => value(param, trial));
      await passes(recipe, values, trial, recipe.cases(values).slice(0, 1));
    }
  });
});
