// `synapse watch`: follows a run, from its beginning or from a seq, to its end.
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { reachGateway } from "../find-gateway.ts";
import { findRun } from "../find-run.ts";
import { finish } from "../finish.ts";
import { interrupts } from "../interrupts.ts";
import { showProgress } from "../show-progress.ts";
import { shortId } from "../words.ts";

export async function watch(given: string, { after }: { after: bigint }, context: Context): Promise<number> {
  const client = await reachGateway(context.find);
  const gateway = async () => client;
  const runId = await findRun(client, given);
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  const callOff = interrupts({ first: leave, second: () => process.exit(ExitCode.interrupted), terminate: leave });
  try {
    const { signal } = leaving;
    const shown = showProgress(context, { runId, afterSeq: after, gateway, signal });
    const view = await shown.ended;
    const code = await finish(context, { view, gateway, signal });
    context.stderr.write(`what it made: synapse artifacts ${shortId(runId)}\n`);
    return code;
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    context.stderr.write(`the run goes on; to end it: synapse cancel ${shortId(runId)}\n`);
    return ExitCode.interrupted;
  } finally {
    callOff();
  }
}
