// The mutation check: changes the pure machines of resilience piece by piece, and fails when too few changes fail a test.
//
//   node test/tools/mutate.ts [group ...]
//
// Stryker runs once for each group, so that a mutant meets only the tests beside its code. It works on a copy in the
// folder for temporary files, where no other tool of the project looks.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempDisposableSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf, groups } from "./groups.ts";
import { type Report, type Row, rowsOf, scoreOf, sum, survivors, table } from "./mutants.ts";

/** Of 100 mutants, so many are killed in each group. */
const least = 85;
const here = import.meta.dirname;
const root = join(here, "../..");
const modules = join(here, "node_modules");

const options = {
  testRunner: "vitest",
  plugins: [join(modules, "@stryker-mutator/vitest-runner/dist/src/index.js"), join(here, "words.ts")],
  ignorers: ["words"],
  // Which tests belong to a mutant is said by its group; Vite looking for it costs time.
  vitest: { configFile: "test/tools/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // The copy has what these tests import, and nothing else.
  ignorePatterns: ["**", "!package.json", "!resilience/**", "!core/**", "!gen/**", "!test/tools/*"],
  // TypeScript 7 has no API in JavaScript, by which Stryker reads what it finds: let it find none.
  tsconfigFile: "none.json",
  disableTypeChecks: false,
  warnings: { slow: false },
  reporters: ["json"],
  logLevel: "warn",
  allowConsoleColors: false,
};

/** The report of one group; undefined when Stryker failed, which has said why. */
function mutated(name: string): Report | undefined {
  using folder = mkdtempDisposableSync(join(tmpdir(), "synapse-mutants-"));
  const report = join(folder.path, "report.json");
  const config = join(folder.path, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      ...options,
      mutate: codeOf(groups[name]!),
      tempDirName: join(folder.path, "copy"),
      jsonReporter: { fileName: report },
    }),
  );
  const stryker = join(modules, "@stryker-mutator/core/bin/stryker.js");
  spawnSync(process.execPath, [stryker, "run", config], {
    cwd: root,
    env: { ...process.env, MUTATED: name },
    stdio: "inherit",
  });
  return existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(`no group ${unknown.join(", ")}: there are ${Object.keys(groups).join(", ")}`);
  process.exit(2);
}
/** npm writes its own lockfile last. */
const installed = join(modules, ".package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(join(here, "package-lock.json")).mtimeMs) {
  console.error("installing Stryker, once");
  const { status } = spawnSync("npm", ["ci", "--prefix", here, "--loglevel=error"], { cwd: here, stdio: "inherit" });
  if (status !== 0) process.exit(2);
}

const rows: Row[] = [];
const weak: string[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(groups)) {
  const began = performance.now();
  const report = mutated(name);
  if (report === undefined) process.exit(2);
  const files = rowsOf(report);
  rows.push(...files);
  const group = sum(name, files);
  if (scoreOf(group) < least) weak.push(`${name} has ${scoreOf(group).toFixed(1)} %`);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${name}: ${scoreOf(group).toFixed(1)} % of ${group.mutants} mutants killed, in ${seconds} s`);
  for (const line of survivors(report)) console.log(`  ${line}`);
}

console.log(`\n${table([...rows, sum("all", rows)])}`);
for (const each of weak) console.error(`${each}: at least ${least} % must be killed`);
if (weak.length > 0) process.exitCode = 1;
