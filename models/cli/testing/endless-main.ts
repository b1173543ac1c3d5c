// Program: runs a program to its end in the given folder; for tests that kill this process.
import { systemClock } from "#core/clock.ts";
import { runToEnd } from "../process.ts";

const [program = "", cwd = ""] = process.argv.slice(2);
const ended = await runToEnd({
  ...{ program, args: [], cwd, input: "", line: () => "begins", signal: new AbortController().signal },
  env: { PATH: "/usr/bin:/bin" },
  ...{ firstByteMs: 60_000, stallMs: 60_000, graceMs: 60_000, maxLineBytes: 1000, clock: systemClock },
});
console.log(ended);
