// `synapse run`: carries out one task, here or at a gateway, and shows it from its beginning to its result.
import { toJson } from "@bufbuild/protobuf";
import { uuid7 } from "#core/rng.ts";
import { type Run, RunSchema } from "#gen/synapse/v1/run_pb.ts";
import {
  type ApprovalOptions,
  approvalRequest,
  isAnswerable,
  mustBeAnswerable,
  nobodyToAsk,
} from "../approval-options.ts";
import { type BudgetOptions, budgetRequest } from "../budget-options.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { findGateway, unreachable } from "../find-gateway.ts";
import { finish } from "../finish.ts";
import { type GatewaySource, gatewaySource } from "../gateway-source.ts";
import { interrupts } from "../interrupts.ts";
import { printDocument } from "../output.ts";
import { patiently } from "../patience.ts";
import { type Shown, showProgress } from "../show-progress.ts";
import { inputFiles, taskText } from "../task-input.ts";
import { shortId } from "../words.ts";
import { checkWorkspaceOptions, type WorkspaceOptions } from "../workspace/options.ts";

export interface RunOptions extends ApprovalOptions, BudgetOptions, WorkspaceOptions {
  out?: string;
}

/** A cancel on the way out is not waited for longer than this. */
const lastWordsMs = 2000;

export async function run(given: string, options: RunOptions, context: Context): Promise<number> {
  checkWorkspaceOptions(options);
  const prepared = await prepare(options, context);
  const request = {
    task: await taskText(given, process.stdin),
    files: await inputFiles(options.file ?? [], process.cwd()),
    ...approvalRequest(options),
    ...(prepared && { workspace: prepared.workspace }),
    ...budgetRequest(options),
  };
  if (options.detach) await mustBeThere(context);
  const asksHere = isAnswerable(context) && !options.detach;
  const asking = request.approve.length > 0 ? "--approve" : options.onBudget === "ask" ? "--on-budget ask" : undefined;
  if (asking) await mustBeAnswerable(context, asking);
  const source = gatewaySource({
    find: context.find,
    env: context.env,
    onStart: () =>
      context.stderr.write(context.stderr.style("dim", "no gateway is running: starting one for this run\n")),
  });
  const leaving = new AbortController();
  let shown: Shown | undefined;
  let runId: string | undefined;
  let isInterrupted = false;

  async function cancel(): Promise<void> {
    const id = runId;
    if (id === undefined) return;
    await patiently(async () => (await source.current()).workflow.cancelRun({ runId: id }), { signal: leaving.signal });
  }
  const callOff = interrupts({
    first() {
      if (runId === undefined) return leaveAtOnce(source);
      isInterrupted = true;
      shown?.note("canceling the run; Ctrl-C again leaves at once");
      cancel().catch(() => shown?.note("the gateway could not be asked to cancel"));
    },
    second: () => leaveAtOnce(source),
    terminate() {
      isInterrupted = true;
      const callOffWait = context.clock.after(lastWordsMs, () => leaving.abort());
      cancel()
        .catch(() => {})
        .finally(() => {
          callOffWait();
          leaving.abort();
        });
    },
  });

  try {
    const { signal } = leaving;
    // With its key a repeated call makes no second run.
    const headers = { "Idempotency-Key": uuid7() };
    const created = await patiently(
      async () => {
        const { workflow } = await source.current();
        // The gateway that was there may have left meanwhile.
        if (asking && source.isOwn && !asksHere) throw nobodyToAsk(asking);
        return workflow.createRun(request, { headers, signal });
      },
      { signal },
    );
    const made = created.run as Run;
    runId = made.runId;
    if (options.detach) return detached(context, made);

    shown = showProgress(context, { runId, gateway: source.current, signal, asksHere });
    const view = await shown.ended;
    const code = await finish(context, { view, gateway: source.current, signal, ...goesTo(options, runId) });
    return isInterrupted ? ExitCode.interrupted : code;
  } catch (error) {
    if (leaving.signal.aborted) return ExitCode.interrupted;
    if (runId !== undefined && !source.isOwn) {
      context.stderr.write(`the run may go on: see it with synapse watch ${shortId(runId)}\n`);
    }
    throw error;
  } finally {
    callOff();
    await source.stop();
  }
}

/** The copy of a repository, when there is one to work on; what it takes is loaded only then. */
async function prepare({ workspace, test }: RunOptions, context: Context) {
  if (workspace === undefined) return undefined;
  const { prepareWorkspace } = await import("../workspace/prepare.ts");
  return prepareWorkspace({ workspace, ...(test !== undefined && { test }) }, context);
}

/** Where the files of a run are written: of one on a repository nowhere, unless the user says so. */
function goesTo({ out, workspace, apply = false }: RunOptions, runId: string) {
  if (workspace === undefined) return { folder: out ?? `synapse-runs/${runId}` };
  return { workspace, apply, ...(out !== undefined && { folder: out }) };
}

/** A run that goes on without us needs a gateway that does too. */
async function mustBeThere({ find }: Context): Promise<void> {
  if ((await findGateway(find)) === undefined) {
    throw unreachable("--detach needs a gateway that stays, and none is running");
  }
}

function detached(context: Context, run: Run): number {
  const { format, stdout, stderr } = context;
  if (format === "text") {
    stdout.write(`${run.runId}\n`);
    stderr.write(`see it with: synapse watch ${shortId(run.runId)}\n`);
  } else printDocument(context, { run: toJson(RunSchema, run) });
  return ExitCode.done;
}

function leaveAtOnce(source: GatewaySource): void {
  source.kill();
  process.exit(ExitCode.interrupted);
}
