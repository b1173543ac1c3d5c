// Runs a foreign program and gives what it printed.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

/** Never rejects for a program that ran: its code says how it ended. */
export async function command(program: string, args: string[], cwd?: string): Promise<Printed> {
  try {
    const { stdout, stderr } = await run(program, args, {
      timeout: 30_000,
      maxBuffer: 16 << 20,
      ...(cwd ? { cwd } : {}),
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: number | string; stdout?: string; stderr?: string };
    if (typeof code !== "number") throw error;
    return { code, stdout, stderr };
  }
}
