// Another program of ours on this terminal, from its start to its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ExitCode } from "./exit-codes.ts";
import { interrupts } from "./interrupts.ts";

/** Runs a program to its end and gives its exit code; what ends this process ends it too. */
export async function ends(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => () => void child.kill(signal);
  const callOff = interrupts({ first: pass("SIGINT"), second: pass("SIGKILL"), terminate: pass("SIGTERM") });
  try {
    const [code] = await once(child, "exit");
    return code ?? ExitCode.interrupted;
  } finally {
    callOff();
  }
}
