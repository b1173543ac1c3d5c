// What every server of ours and every peer's server in Node does beside serving: says its port, tells its CPU time.
import { createInterface } from "node:readline";
import type { Listening, ServerAnswer } from "../protocol.ts";

/** The driver is there as long as stdin is: the process ends with it. */
export function serving(port: number): void {
  say({ port } satisfies Listening);
  createInterface({ input: process.stdin })
    .on("line", () => {
      const { user, system } = process.cpuUsage();
      say({ cpuUs: user + system } satisfies ServerAnswer);
    })
    .on("close", () => process.exit(0));
}

/** How many messages a stream has. */
export function streamLength(): number {
  return Number(process.argv[2]);
}

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
