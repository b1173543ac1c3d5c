// Lint findings by Biome: its binary runs on copies of the files in a private folder, with a configuration of ours.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { runConfined } from "./analyze-confined.ts";
import type { SourceFile } from "./analyze-parse.ts";

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

export interface LintFinding {
  /** Index of the file among those given. */
  readonly file: number;
  /** From 1; 0 when it concerns the whole file. */
  readonly line: number;
  readonly severity: "INFO" | "WARNING" | "ERROR";
  readonly message: string;
  /** Such as "noDebugger" or "parse". */
  readonly rule: string;
}

export interface Lint {
  readonly findings: LintFinding[];
  /** The files Biome did not get through, with the reason. */
  readonly failed: ReadonlyMap<number, string>;
}

/** What Biome reads, by extension; other files are not to be given to it. */
export function isLintable(path: string): boolean {
  return lintable.test(path);
}

const lintable = /\.(d\.ts|[cm]?[jt]sx?|jsonc?|css|graphql|gql|html)$/i;
const maxBytes = 64 << 20;
const command = ["lint", "--reporter=rdjson", "--max-diagnostics=none", "--colors=off", "--config-path=.."];
const configuration = {
  root: true,
  vcs: { enabled: false },
  files: { maxSize: 2 << 20 },
  formatter: { enabled: false },
  assist: { enabled: false },
  linter: { enabled: true, rules: { preset: "recommended" } },
};

/** Lints files. Rejects with the signal's reason, or with ENGINE_CANNOT where Biome is not installed. */
export async function lint(files: readonly SourceFile[], options: Partial<LintOptions> = {}): Promise<Lint> {
  const { biome = biomePath(), runMs, totalMs, folder: base, signal, clock } = { ...defaults, ...options };
  signal?.throwIfAborted();
  const end = clock.now() + totalMs;
  const folder = await mkdtemp(join(base, "synapse-lint-")); // 0700
  const failed = new Map<number, string>();
  try {
    await writeFile(join(folder, "biome.json"), JSON.stringify(configuration));
    await mkdir(join(folder, "files"));
    // Files go by number: no name of theirs can leave the folder, collide or configure Biome.
    const names = files.map(({ path }, i) => `${i}${lintable.exec(path)?.[0].toLowerCase() ?? ""}`);
    await Promise.all(files.map(({ content }, i) => writeFile(join(folder, "files", names[i]!), content)));
    return { findings: await upTo(files.map((_, i) => i)), failed };

    /** Lints the files with these indexes; when Biome fails on them, each half by itself, so that one file costs itself only. */
    async function upTo(indexes: readonly number[]): Promise<LintFinding[]> {
      const leftMs = Math.min(runMs, end - clock.now());
      const found = leftMs <= 0 ? "there was no time left for it" : await run(indexes, leftMs);
      if (typeof found !== "string") return found;
      if (indexes.length > 1 && leftMs > 0) {
        const middle = indexes.length >> 1;
        return [...(await upTo(indexes.slice(0, middle))), ...(await upTo(indexes.slice(middle)))];
      }
      for (const index of indexes) failed.set(index, found);
      return [];
    }

    /** One run of Biome: the findings, or why there are none. */
    async function run(indexes: readonly number[], timeMs: number): Promise<LintFinding[] | string> {
      const { stdout, code, stopped } = await runConfined({
        argv: [biome, ...command, ...indexes.map((i) => names[i]!)],
        cwd: join(folder, "files"),
        env: { HOME: folder, PATH: "/nonexistent" },
        input: "",
        quietMs: timeMs,
        totalMs: timeMs,
        maxBytes,
        signal,
        clock,
      });
      if (stopped !== "")
        return stopped === "time" ? "it takes the linter too long" : "the linter finds too much in it";
      if (code === 126 || code === 127) throw notInstalled();
      // 0 is no error, 1 is errors; anything else is not an answer.
      return code === 0 || code === 1 ? findingsIn(stdout) : "it makes the linter fail";
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One finding in the Reviewdog Diagnostic Format, as far as it is used here. */
interface Diagnostic {
  readonly message: string;
  readonly severity?: "INFO" | "WARNING" | "ERROR";
  readonly code?: { readonly value?: string };
  readonly location: { readonly path: string; readonly range?: { readonly start?: { readonly line?: number } } };
}

function findingsIn(report: string): LintFinding[] | string {
  if (report.trim() === "") return "the linter gave no report";
  const { diagnostics }: { diagnostics: Diagnostic[] } = JSON.parse(report);
  return diagnostics.map(({ message, severity = "ERROR", code, location }) => ({
    file: Number.parseInt(location.path.slice(location.path.lastIndexOf("/") + 1), 10),
    line: location.range?.start?.line ?? 0,
    severity,
    message,
    rule: code?.value?.split("/").at(-1) ?? "",
  }));
}

/** The native binary of this platform, as Biome's own launcher finds it. */
function biomePath(): string {
  const platform = `${process.platform}-${process.arch}`;
  const suffix = process.platform === "win32" ? ".exe" : "";
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve("@biomejs/biome/package.json"));
    for (const libc of ["", "-musl"]) {
      try {
        return beside.resolve(`@biomejs/cli-${platform}${libc}/biome${suffix}`);
      } catch {}
    }
  } catch {}
  throw notInstalled();
}

function notInstalled() {
  const platform = `${process.platform}-${process.arch}`;
  return failure(Reason.ENGINE_CANNOT, `the linter @biomejs/biome is not installed for ${platform}; run npm ci`);
}
