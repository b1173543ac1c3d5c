// The command line's entry: reads the arguments, runs one command, and ends with its exit code.
import { CommanderError } from "commander";
import { ExitCode } from "./exit-codes.ts";
import { program } from "./program.ts";
import { sanitize } from "./sanitize.ts";

// Who reads the result has left: nobody is there to hear of it. Progress that nobody reads must not end the run.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || error.code === "EIO") process.exit(ExitCode.brokenPipe);
  process.stderr.write(`the result can't be written: ${error.message}\n`);
  process.exit(ExitCode.failed);
});
process.stderr.on("error", () => {});

let code: number = ExitCode.done;
try {
  await program((ended) => {
    code = ended;
  }).parseAsync(process.argv);
} catch (error) {
  code = await report(error);
}
// Connections to a gateway are kept for minutes: they must not keep the process.
process.stdout.write("", () => process.exit(code));

async function report(error: unknown): Promise<number> {
  // What commander finds wrong it has said itself, with a hint.
  if (error instanceof CommanderError && error.code.startsWith("commander.")) {
    return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
  }
  // Loaded only now: the error may come from a call, and all that calls need is heavy.
  const { endingOf } = await import("./ending-of.ts");
  const { code, message } = endingOf(error);
  process.stderr.write(`${sanitize(message)}\n`);
  return code;
}
