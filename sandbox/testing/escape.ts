// One way out that is tried: with all guards it must fail, without its guard it must succeed, or it shows nothing.
import type { Guard } from "../profile.ts";
import type { Sandbox, SandboxLimits } from "../sandbox.ts";

/** What there is outside to be reached. */
export interface Outside {
  /** A process that is not in the sandbox. */
  readonly pid: number;
  /** A server on the machine's loopback, and two sockets of the machine. */
  readonly port: number;
  readonly abstractSocket: string;
  readonly pathSocket: string;
}

export interface Escape {
  readonly name: string;
  /** The guards that stop it, taken out together for the control; "outside" where no option of bwrap leaves the guard out. */
  readonly guards: readonly Guard[] | "outside";
  /** Sets of guards without which it is still stopped, by another one. */
  readonly holdsWithout?: readonly (readonly Guard[])[];
  /** Shell script that prints ESCAPED when it is out. */
  readonly script: string | ((outside: Outside) => string);
  readonly limits?: Partial<SandboxLimits>;
  /** Set where a machine may have nothing to be guarded: what it then lacks. */
  readonly mayLack?: string;
  /** Only meaningful where the executor is root. */
  readonly asRoot?: true;
  /** Slow, and the same under every uid: tried under one. */
  readonly once?: true;
  /** Looks outside, after the run, for what the script cannot see from inside. */
  readonly after?: () => Promise<boolean>;
}

export interface Finding {
  readonly name: string;
  /** What got out with all guards in place. */
  readonly out: string;
  /** What got out with the guards taken out. */
  readonly control: string;
  /** Sets of guards without which it got out though another guard should hold it. */
  readonly broken: readonly string[];
}

/** What a script reports as its way out; empty when it found none. */
export async function tried(way: Escape, sandbox: Sandbox, outside: Outside): Promise<string> {
  const line = typeof way.script === "string" ? way.script : way.script(outside);
  const { stdout } = await sandbox.run({
    files: [],
    argv: ["/bin/sh", "-c", line],
    limits: { wallMs: 15_000, ...way.limits },
  });
  const words = Buffer.from(stdout).toString();
  if ((await way.after?.()) === true) return "ESCAPED outside";
  return words
    .split("\n")
    .filter((text) => text.includes("ESCAPED"))
    .join(" ")
    .slice(0, 500);
}
