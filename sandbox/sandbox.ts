// What a sandbox is: runs one command on given files within limits and says what happened.

export interface SandboxFile {
  /** Relative path with forward slashes. */
  readonly path: string;
  readonly content: Uint8Array;
}

export interface SandboxLimits {
  /** Wall time of the command. */
  wallMs: number;
  /** CPU time of one process. */
  cpuMs: number;
  /** Memory of the whole tree. */
  memoryBytes: number;
  /** stdout and stderr together. */
  outputBytes: number;
  /** Processes at one time. */
  processes: number;
}

export const defaultLimits: Readonly<SandboxLimits> = {
  wallMs: 30_000,
  cpuMs: 20_000,
  memoryBytes: 1 << 30,
  outputBytes: 1 << 20,
  processes: 64,
};

export type Channel = "stdout" | "stderr";
export type Driver = "bwrap" | "quickjs" | "container";
/** What ended a command that did not end by itself. */
export type KilledBy = "wall" | "cpu" | "memory" | "output" | "processes" | "canceled";

export interface SandboxRun {
  readonly files: readonly SandboxFile[];
  /** Program and arguments; `node` is always there, a shell is only there in drivers that have one. */
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array;
  readonly limits?: Partial<SandboxLimits>;
  readonly signal?: AbortSignal;
  /** Called with output as it comes. */
  readonly onOutput?: (channel: Channel, chunk: Uint8Array) => void;
}

export interface SandboxResult {
  /** -1 when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly killedBy: KilledBy | undefined;
  readonly durationMs: number;
  /** Regular files found in the working folder afterwards, capped. */
  readonly files: readonly SandboxFile[];
  /** What was not taken out, with the reason; at most 50. */
  readonly skipped: readonly string[];
  readonly driver: Driver;
}

export interface Sandbox {
  readonly driver: Driver;
  /** What it can't do here, for `doctor`; empty when nothing is missing. */
  readonly notes: readonly string[];
  /** Runs one command in a fresh place. Rejects only when the sandbox itself failed or the signal aborted. */
  run(request: SandboxRun): Promise<SandboxResult>;
  /** Ends what is running and removes what is left. */
  close(): Promise<void>;
}
