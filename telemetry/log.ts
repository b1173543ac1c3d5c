// The process's log: one JSON line an entry on stderr, with what looks like a secret left out.
import { pino } from "pino";

export type Log = pino.Logger;
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Writes at once, so that nothing is lost when the process dies. */
export function openLog(name: string, level: LogLevel): Log {
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ["*.authorization", "*.apiKey", "headers.authorization"], censor: "(hidden)" },
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: errorForLog },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** An error with its causes, each with its stack: this is where a masked error can be read. */
function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: errorForLog(cause) }) };
}
