// The loop of every client in Node: so many calls, so many at a time, each one timed and its answer looked at.
import { createInterface } from "node:readline";
import type { Protocol } from "../job.ts";
import type { ClientAnswer, ClientRequest } from "../protocol.ts";

export interface Caller {
  /** One call; gives whether the answer is the right one. */
  unary(): Promise<boolean>;
  /** One stream read to its end; gives how many messages came. */
  stream(): Promise<number>;
}

/** Where to call, and how, as the driver said. */
export function target(): { url: string; protocol: Protocol } {
  return { url: `http://127.0.0.1:${process.argv[2]}`, protocol: process.argv[3] as Protocol };
}

/** Does what the driver asks until it is gone. */
export async function calling(caller: Caller): Promise<never> {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await measured(caller, JSON.parse(line) as ClientRequest);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
}

async function measured(caller: Caller, request: ClientRequest): Promise<ClientAnswer> {
  const errors: string[] = [];
  const latencies = new Float64Array(request.op === "unary" ? request.calls : 0);
  let begun = 0;

  async function worker(calls: number): Promise<void> {
    // After an error the row is void: no need to go on.
    while (begun < calls && errors.length === 0) {
      const at = begun++;
      const started = performance.now();
      if (!(await caller.unary())) throw new Error("the answer is not the one of the job");
      latencies[at] = performance.now() - started;
    }
  }
  async function stream(messages: number): Promise<void> {
    const came = await caller.stream();
    if (came !== messages) throw new Error(`${came} messages came, not ${messages}`);
  }
  const failed = (error: unknown) => errors.push(error instanceof Error ? error.message : String(error));

  const cpu = process.cpuUsage();
  const started = performance.now();
  if (request.op === "stream") await stream(request.messages).catch(failed);
  else await Promise.all(Array.from({ length: request.concurrency }, () => worker(request.calls).catch(failed)));
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);

  const alone = request.op === "unary" && request.concurrency === 1;
  return {
    elapsedMs,
    cpuUs: user + system,
    errors: errors.length,
    firstError: errors[0] ?? "",
    latenciesUs: alone ? Array.from(latencies, (ms) => Math.round(ms * 10_000) / 10) : [],
  };
}
