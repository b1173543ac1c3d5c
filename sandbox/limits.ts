// The limits of one run, checked at the door.
import { defaultLimits, type SandboxLimits } from "./sandbox.ts";

/** The given limits over the defaults; throws RangeError for one that cannot work. */
export function limitsOf(given: Partial<SandboxLimits> = {}): SandboxLimits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof SandboxLimits)[]) {
    const value = given[name] ?? defaultLimits[name];
    if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name} must be above 0, got ${value}`);
    limits[name] = Math.ceil(value);
  }
  return limits;
}

/** Bytes a command may keep in its folders. */
export const room = { work: 64 << 20, temporary: 16 << 20, sharedMemory: 8 << 20, file: 32 << 20 } as const;

/** Node 24 does not start below 640 MiB of data. */
const leastDataBytes = 768 << 20;

/** The words that start `prlimit` (util-linux) with the limits of every process; `spare` processes are for the driver's own. */
export function prlimit(limits: SandboxLimits, spare = 0): string[] {
  const cpuSeconds = Math.max(1, Math.ceil(limits.cpuMs / 1000));
  return [
    "prlimit",
    `--cpu=${cpuSeconds}:${cpuSeconds + 1}`, // SIGXCPU names the reason; SIGKILL a second later is for those who catch it
    `--data=${Math.max(leastDataBytes, Math.ceil(0.75 * limits.memoryBytes))}`, // RLIMIT_AS is unusable: Node reserves far more than it uses
    `--fsize=${room.file}`,
    "--nofile=256",
    `--nproc=${limits.processes + spare}`,
    "--core=0",
    "--memlock=0",
    "--msgqueue=0",
  ];
}
