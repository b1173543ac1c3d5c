// Runs as an MCP host sees them: begun, waited for and ended over the gateway there is, or one started for the host's time.
import type { GatewayClient } from "#clients/gateway.ts";
import type { Clock } from "#core/clock.ts";
import { uuid7 } from "#core/rng.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { isEnded } from "#store/projection.ts";
import { follow } from "../follow.ts";
import type { GatewaySource } from "../gateway-source.ts";
import { patiently } from "../patience.ts";
import { nothingYet, seen } from "../run-view.ts";
import { type Made, type RunAnswer, runAnswer } from "./answer.ts";

export interface Waiting {
  /** How long to wait for the run's end, in seconds. */
  seconds: number;
  /** Aborted when the host takes its call back. */
  signal: AbortSignal;
  /** Hears what each step does, as it happens. */
  tell: (message: string) => void;
}

export interface McpRuns {
  begin(task: string, files: readonly { path: string; content: string }[], waiting: Waiting): Promise<RunAnswer>;
  get(runId: string, signal: AbortSignal): Promise<RunAnswer>;
  wait(runId: string, waiting: Waiting): Promise<RunAnswer>;
  cancel(runId: string, signal: AbortSignal): Promise<RunAnswer>;
}

/** What a run made for its user; logs and rounds that did not pass stay where they are. */
const shown = /^(files\/|output\.txt$|changes\.patch$)/;

export function mcpRuns(source: Pick<GatewaySource, "current">, clock: Clock): McpRuns {
  const called = <T>(signal: AbortSignal, call: (gateway: GatewayClient) => Promise<T>) =>
    patiently(async () => call(await source.current()), { signal, clock });

  async function answer(run: Run, signal: AbortSignal): Promise<RunAnswer> {
    return runAnswer(run, isEnded(run.state) ? await madeBy(run.runId, signal) : []);
  }

  async function madeBy(runId: string, signal: AbortSignal): Promise<Made[]> {
    return called(signal, async ({ workflow }) => {
      const { artifacts } = await workflow.listArtifacts({ runId }, { signal });
      const wanted = artifacts.filter(({ name }) => shown.test(name));
      return Promise.all(
        wanted.map(async (artifact) => {
          const { content } = await workflow.getArtifact({ runId, name: artifact.name }, { signal });
          return { artifact, content: Buffer.from(content).toString() };
        }),
      );
    });
  }

  async function get(runId: string, signal: AbortSignal): Promise<RunAnswer> {
    const { run } = await called(signal, ({ workflow }) => workflow.getRun({ runId }, { signal }));
    return answer(run!, signal);
  }

  /** Until the run ends, the time is up or the host leaves; then as it is. */
  async function wait(runId: string, { seconds, signal, tell }: Waiting): Promise<RunAnswer> {
    await get(runId, signal);
    const enough = new AbortController();
    const callOff = clock.after(seconds * 1000, () => enough.abort());
    const until = AbortSignal.any([signal, enough.signal]);
    let view = nothingYet(runId);
    try {
      for await (const event of follow({ runId, gateway: source.current, signal: until, clock })) {
        view = seen(view, event, clock.date().getTime());
        if (event.body.case === "stepStarted") tell(`${event.stepId} begins`);
        if (event.body.case === "stepCompleted") tell(`${event.stepId}: ${event.body.value.summary}`);
      }
    } catch (error) {
      if (!enough.signal.aborted) throw error;
    } finally {
      callOff();
    }
    return get(runId, signal);
  }

  return {
    async begin(task, files, waiting) {
      const { signal } = waiting;
      const headers = { "Idempotency-Key": uuid7() };
      const request = { task, files: files.map(({ path, content }) => ({ path, content })) };
      const { run } = await called(signal, ({ workflow }) => workflow.createRun(request, { headers, signal }));
      return waiting.seconds > 0 ? wait(run!.runId, waiting) : answer(run!, signal);
    },
    get,
    wait,
    async cancel(runId, signal) {
      const { run } = await called(signal, ({ workflow }) => workflow.cancelRun({ runId }, { signal }));
      return answer(run!, signal);
    },
  };
}
