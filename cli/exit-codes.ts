// What the exit codes of the command line mean, and the error that carries one.
import { CommanderError } from "commander";

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
  /** The run passed, or was to be applied, and its patch was not: nothing was written. */
  notApplied: 5,
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
