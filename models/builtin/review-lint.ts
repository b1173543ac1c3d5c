// Lint findings by Biome: it runs on copies of the files in a private folder, with a configuration of ours.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "#core/clock.ts";
import type { SourceFile } from "./analyze-parse.ts";
import { biomePath, type LintFinding, runBiome } from "./review-biome.ts";

export interface LintOptions {
  /** Biome's native binary; found among the installed packages when absent. */
  biome?: string;
  /** How long one run may take: 20 ms for a few files, 1 s for 1 MiB of usual code, 18 s for 10,000 findings. */
  runMs: number;
  /** How long all runs may take. */
  totalMs: number;
  /** Where the private folder is made. */
  folder: string;
  signal?: AbortSignal;
  clock: Clock;
}

const defaults: LintOptions = { runMs: 7_000, totalMs: 21_000, folder: tmpdir(), clock: systemClock };

export interface Lint {
  /** What was found, by the index of the file among those given. */
  readonly findings: { readonly file: number; readonly finding: LintFinding }[];
  /** The files Biome did not get through, with the reason. */
  readonly failed: { readonly file: number; readonly why: string }[];
}

const lintable = /\.(d\.ts|[cm]?[jt]sx?|jsonc?|css|graphql|gql|html)$/i;
const configuration = {
  root: true,
  vcs: { enabled: false },
  files: { maxSize: 2 << 20 },
  formatter: { enabled: false },
  assist: { enabled: false },
  linter: { enabled: true, rules: { preset: "recommended" } },
};

/** Whether Biome reads files of this name; others are not to be given to it. */
export function isLintable(path: string): boolean {
  return lintable.test(path);
}

/** Lints files. Rejects with the signal's reason, or with ENGINE_CANNOT where Biome is not installed. */
export async function lint(files: readonly SourceFile[], options: Partial<LintOptions> = {}): Promise<Lint> {
  const { biome = biomePath(), runMs, totalMs, folder, signal, clock } = { ...defaults, ...options };
  signal?.throwIfAborted();
  const end = clock.now() + totalMs;
  const own = await mkdtemp(join(folder, "synapse-lint-")); // for its owner only
  try {
    const names = await layOut(files, own);
    return await halving([...names.keys()], async (indexes) => {
      const leftMs = Math.min(runMs, end - clock.now());
      if (leftMs <= 0) return "there was no time left for it";
      const some = indexes.map((i) => names[i]!);
      return runBiome({ biome, names: some, cwd: join(own, "files"), totalMs: leftMs, signal, clock });
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Files go by number: no name of theirs can leave the folder, collide or configure Biome. */
async function layOut(files: readonly SourceFile[], folder: string): Promise<string[]> {
  await writeFile(join(folder, "biome.json"), JSON.stringify(configuration));
  await mkdir(join(folder, "files"));
  const names = files.map(({ path }, i) => `${i}${lintable.exec(path)?.[0].toLowerCase() ?? ""}`);
  await Promise.all(files.map(({ content }, i) => writeFile(join(folder, "files", names[i]!), content)));
  return names;
}

/** Runs on all; where that fails, on each half, so that one bad file costs itself only. */
async function halving(
  indexes: readonly number[],
  run: (indexes: readonly number[]) => Promise<LintFinding[] | string>,
): Promise<Lint> {
  const found = await run(indexes);
  if (typeof found !== "string") {
    return { findings: found.map((finding) => ({ file: Number.parseInt(finding.name, 10), finding })), failed: [] };
  }
  if (indexes.length === 1) return { findings: [], failed: [{ file: indexes[0]!, why: found }] };
  const middle = indexes.length >> 1;
  const first = await halving(indexes.slice(0, middle), run);
  const second = await halving(indexes.slice(middle), run);
  return { findings: [...first.findings, ...second.findings], failed: [...first.failed, ...second.failed] };
}
