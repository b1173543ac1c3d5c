// Runs Biome's own binary on the files of a folder and reads its report.
import { createRequire } from "node:module";
import { failure, Reason } from "#core/failure.ts";
import { type Confined, runConfined } from "./analyze-confined.ts";

export interface LintFinding {
  /** The file's name in the folder. */
  readonly name: string;
  /** From 1; 0 when it concerns the whole file. */
  readonly line: number;
  readonly severity: "INFO" | "WARNING" | "ERROR";
  readonly message: string;
  /** Such as "noDebugger" or "parse". */
  readonly rule: string;
}

export interface BiomeRun extends Pick<Confined, "cwd" | "totalMs" | "signal" | "clock"> {
  /** Biome's native binary. */
  readonly biome: string;
  readonly names: readonly string[];
}

const command = ["lint", "--reporter=rdjson", "--max-diagnostics=none", "--colors=off", "--config-path=.."];
const maxBytes = 64 << 20;

/** The findings in the files, or why there are none. Rejects with the signal's reason, or with ENGINE_CANNOT. */
export async function runBiome({
  biome,
  names,
  cwd,
  totalMs,
  signal,
  clock,
}: BiomeRun): Promise<LintFinding[] | string> {
  const { stdout, code, stopped } = await runConfined({
    argv: [biome, ...command, ...names],
    cwd,
    env: { HOME: cwd, PATH: "/nonexistent" },
    input: "",
    quietMs: totalMs,
    totalMs,
    maxBytes,
    signal,
    clock,
  });
  if (stopped === "time") return "it takes the linter too long";
  if (stopped === "output") return "the linter finds too much in it";
  if (code === 126 || code === 127) throw notInstalled(); // the shell could not start it
  // 0 is no error, 1 is errors; anything else is not an answer.
  return code === 0 || code === 1 ? findingsIn(stdout, names) : "it makes the linter fail";
}

/** One finding in the Reviewdog Diagnostic Format, as far as it is used here. */
interface Diagnostic {
  readonly message: string;
  readonly severity?: "INFO" | "WARNING" | "ERROR";
  readonly code?: { readonly value?: string };
  readonly location: { readonly path: string; readonly range?: { readonly start?: { readonly line?: number } } };
}

function findingsIn(report: string, names: readonly string[]): LintFinding[] | string {
  if (report.trim() === "") return "the linter gave no report";
  const { diagnostics }: { diagnostics: Diagnostic[] } = JSON.parse(report);
  const findings = diagnostics.map(({ message, severity = "ERROR", code, location }) => ({
    name: location.path.slice(location.path.lastIndexOf("/") + 1),
    line: location.range?.start?.line ?? 0,
    severity,
    message,
    rule: code?.value?.split("/").at(-1) ?? "",
  }));
  return findings.filter(({ name }) => names.includes(name)); // what it says of its configuration is not about the files
}

/** The native binary of this platform, as Biome's own launcher finds it. Throws ENGINE_CANNOT. */
export function biomePath(): string {
  const suffix = process.platform === "win32" ? ".exe" : "";
  for (const libc of ["", "-musl"]) {
    try {
      const beside = createRequire(createRequire(import.meta.url).resolve("@biomejs/biome/package.json"));
      return beside.resolve(`@biomejs/cli-${process.platform}-${process.arch}${libc}/biome${suffix}`);
    } catch {}
  }
  throw notInstalled();
}

function notInstalled() {
  const platform = `${process.platform}-${process.arch}`;
  return failure(Reason.ENGINE_CANNOT, `the linter @biomejs/biome is not installed for ${platform}; run npm ci`);
}
