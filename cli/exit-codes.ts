// What the exit codes of the command line mean, and which one an error ends with.
import { CommanderError } from "commander";
import { ConnectError, failureOf, messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";

export const ExitCode = {
  /** The run PASSED, or the command did what it was asked for. */
  done: 0,
  /** The run ended otherwise, or the command failed. */
  failed: 1,
  /** The command line or a variable is wrong. */
  usage: 2,
  /** No gateway answers. */
  unreachable: 3,
  /** The engine says it cannot do this task. */
  engineCannot: 4,
  /** Ended by Ctrl-C or a signal. */
  interrupted: 130,
  /** Who reads stdout has left (128 + SIGPIPE). */
  brokenPipe: 141,
} as const;

/** An error that ends the command line with this code and these words. */
export function ending(code: number, message: string): CommanderError {
  return new CommanderError(code, "synapse.ending", message);
}

/** A wrong use: it says what is wrong and what to do. */
export function wrongUse(message: string): CommanderError {
  return ending(ExitCode.usage, message);
}

/** The exit code of a run that has ended. */
export function exitCodeOfRun(run: Run): number {
  if (run.outcome === Outcome.PASSED) return ExitCode.done;
  return isEngineCannot(run.failure?.reason) ? ExitCode.engineCannot : ExitCode.failed;
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
