// Which exit code an error or an ended run gives, and what is said.
import { CommanderError } from "commander";
import { ConnectError, failureOf, messageOf, Reason, reasonOf } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { ExitCode } from "./exit-codes.ts";

/** The exit code of a run that has ended. */
export function exitCodeOfRun(run: Run): number {
  if (run.outcome === Outcome.PASSED) return ExitCode.done;
  // The gateway took the request: an input that is invalid now is a value the engine can't do the task with.
  const reason = run.failure?.reason;
  return isEngineCannot(reason) || reason === Reason.INVALID_INPUT ? ExitCode.engineCannot : ExitCode.failed;
}

/** What is said of an error, and the code it ends with. */
export function endingOf(error: unknown): { code: number; message: string } {
  if (error instanceof CommanderError) return { code: error.exitCode, message: error.message };
  const message = messageOf(error);
  if (!(error instanceof ConnectError)) return { code: ExitCode.failed, message };
  if (isEngineCannot(failureOf(error)?.reason)) return { code: ExitCode.engineCannot, message };
  const reason = reasonOf(error);
  if (reason === Reason.INVALID_INPUT) return { code: ExitCode.usage, message };
  return { code: lost.has(reason) ? ExitCode.unreachable : ExitCode.failed, message };
}

/** Whether the task itself is the trouble: it should be put otherwise, or another engine connected. */
export function isEngineCannot(reason: Reason | undefined): boolean {
  return reason === Reason.ENGINE_CANNOT || reason === Reason.AMBIGUOUS_TASK;
}

const lost: ReadonlySet<Reason> = new Set<Reason>([
  Reason.UNREACHABLE,
  Reason.CONNECTION_LOST,
  Reason.NOT_PROCESSED,
  Reason.DRAINING,
]);
