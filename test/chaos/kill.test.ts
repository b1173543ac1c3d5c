import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gatewayClient } from "#clients/gateway.ts";
import { systemClock } from "#core/clock.ts";
import { seeded, uuid7 } from "#core/rng.ts";
import { isRetryable } from "#durable/flow.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { type Name, names, type Up, up } from "./up.ts";

const moments = Number(process.env.MOMENTS ?? 2);
const seed = Number(process.env.SEED ?? systemClock.date().getTime() % 1_000_000);
const rng = seeded(seed);
const tasks = [
  "print the first 20 Fibonacci numbers",
  "sort the numbers 5, 3, 9, 1",
  "fizzbuzz up to 30",
  "convert 2024 to roman numerals",
];

let system: Up;
beforeAll(async () => {
  system = await up();
});
afterAll(() => system[Symbol.asyncDispose]());

/** Watches a run to its end, whatever breaks meanwhile; calls `at` with each event. */
async function watched(runId: string, at: (event: Event) => void): Promise<Event[]> {
  const { workflow } = gatewayClient(system.url);
  const events: Event[] = [];
  for (const deadline = systemClock.now() + 90_000; systemClock.now() < deadline; await systemClock.sleep(50)) {
    try {
      const afterSeq = events.at(-1)?.seq ?? 0n;
      for await (const { message } of workflow.watchRun({ runId, afterSeq }, { timeoutMs: Number.POSITIVE_INFINITY })) {
        if (message.case !== "event") continue;
        events.push(message.value);
        at(message.value);
      }
      return events;
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
  }
  throw new Error(
    `run ${runId} did not end; last events: ${events.slice(-3).map((e) => e.body.case)}\n${system.log().slice(-2000)}`,
  );
}

/** Creates a run; the gateway may be about to come back. The key makes the repeats one run. */
async function created(task: string): Promise<string> {
  const { workflow } = gatewayClient(system.url);
  const headers = { "idempotency-key": uuid7() };
  for (const deadline = systemClock.now() + 20_000; ; await systemClock.sleep(100)) {
    try {
      return (await workflow.createRun({ task }, { headers })).run!.runId;
    } catch (error) {
      if (!isRetryable(error) || systemClock.now() > deadline) throw error;
    }
  }
}

/** How many events an undisturbed run has. */
async function usualLength(task: string): Promise<number> {
  return (await watched(await created(task), () => {})).length;
}

describe.each(names)(`kill -9 of %s at ${moments} random moments (seed ${seed})`, (name: Name) => {
  it("ends every run PASSED, with every seq once and no finished step repeated", async () => {
    const usual = await usualLength(tasks[0]!);
    for (let moment = 0; moment < moments; moment++) {
      const task = tasks[Math.floor(rng.float() * tasks.length)]!;
      const killAt = BigInt(1 + Math.floor(rng.float() * (usual - 1)));
      const runId = await created(task);
      let killing: Promise<void> | undefined;
      const events = await watched(runId, ({ seq }) => {
        if (seq === killAt) killing ??= system.pidOf(name).then((pid) => void process.kill(pid, "SIGKILL"));
      });
      await killing;
      const told = `${task}, killed at seq ${killAt} of ${events.length}`;
      expect(
        events.map(({ seq }) => Number(seq)),
        told,
      ).toEqual(events.map((_, at) => at + 1));
      const completed = events.filter(({ body }) => body.case === "stepCompleted").map(({ stepId }) => stepId);
      expect(completed, told).toEqual([...new Set(completed)]);
      const after = new Map<string, number>();
      for (const [at, { stepId, body }] of events.entries()) {
        if (body.case === "stepCompleted") after.set(stepId, at);
        if (body.case === "stepStarted") expect(after.has(stepId), `${told}: ${stepId} ran again`).toBe(false);
      }
      const last = events.at(-1)!;
      const retries = events.map(({ body }) =>
        body.case === "stepRetrying" ? body.value.failure?.message : undefined,
      );
      const story = `${told}: ${retries.filter((why) => why).join("; ")}`;
      expect(last.body.case === "runFailed" ? last.body.value.failure?.message : last.body.case, story).toBe(
        "runCompleted",
      );
      if (last.body.case === "runCompleted") expect(last.body.value.outcome, told).toBe(Outcome.PASSED);
    }
  });
});
