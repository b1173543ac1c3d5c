// Judges a project's own tests: the exit code of its command decides, and its output must show as many tests as before.
import { createHash } from "node:crypto";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Failed, Report } from "./check.ts";
import { runnerOutput } from "./runner-output.ts";
import type { SandboxResult } from "./sandbox.ts";

export interface OwnTests {
  readonly report: Report;
  readonly outcome: Outcome;
  readonly explanation: string;
}

/** The name of what failed where the output names no test. */
const whole = "the test command";
const maxMessage = 300;

/** `atLeast` is how many tests the output must show; 0 where that was never seen. */
export function judgeOwnTests(atLeast: number, result: SandboxResult): OwnTests {
  const [stdout, stderr] = [result.stdout, result.stderr].map((bytes) => Buffer.from(bytes).toString("utf8"));
  const shown = runnerOutput(stdout!, stderr!);
  const passed = shown?.passed ?? 0;
  const ran = passed + (shown?.failed ?? 0);
  const failing = (kind: string, explanation: string, named: readonly Failed[] = []): OwnTests => {
    const failed = named.length > 0 ? named : [{ name: whole, kind, message: explanation.slice(0, maxMessage) }];
    return { report: { passed, failed }, outcome: Outcome.NOT_PASSED, explanation };
  };
  const { killedBy, exitCode } = result;
  if (killedBy === "wall") return failing("timeout", "the project's own tests did not end in time", shown?.named);
  if (killedBy !== undefined)
    return failing(`limit-${killedBy}`, `the project's own tests were ended by their ${killedBy} limit`, shown?.named);
  if (exitCode !== 0) {
    const how = exitCode < 0 ? "were ended by a signal" : `ended with exit code ${exitCode}`;
    const kind = `exit-${exitCode} ${outputSignature(`${stdout}\n${stderr}`)}`;
    if (shown === undefined || shown.failed === 0)
      return failing(kind, `the project's own tests ${how}${lastWords(stdout!, stderr!)}`);
    const first = shown.named[0];
    const words = first === undefined ? "" : `; first "${first.name}"${first.message && `: ${first.message}`}`;
    return failing(kind, `${shown.failed} of ${ran} of the project's own tests failed${words}`, shown.named);
  }
  if (shown !== undefined && ran === 0) return failing("no-tests", "the test command ended well, but ran no tests");
  if (ran < atLeast)
    return failing("fewer-tests", `the test command ended well, but shows ${ran} tests where ${atLeast} ran before`);
  const explanation =
    shown === undefined
      ? "the project's own tests ended with exit code 0; their output does not show how many there are"
      : passed === 1
        ? "the project's own test passed"
        : `all ${passed} of the project's own tests passed`;
  return { report: { passed, failed: [] }, outcome: Outcome.PASSED, explanation };
}

const telling = /error|fail|assert|exception|panic|expected|cannot|not found|undefined|traceback/i;

/** The same for the same failure: without times, addresses, numbers of lines, and in any order. */
export function outputSignature(output: string): string {
  const lines = output
    .replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "")
    .split(/\r?\n/)
    .map((line) => line.replace(/0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|\/tmp\/\S+|\d+/gi, "#").trim())
    .filter(Boolean);
  const known = lines.filter((line) => telling.test(line));
  const kept = [...new Set(known.length > 0 ? known : lines.slice(-20))].sort().slice(0, 100);
  return createHash("sha256").update(kept.join("\n")).digest("hex").slice(0, 16);
}

/** The last line that says what went wrong. */
function lastWords(stdout: string, stderr: string): string {
  const lines = (stderr.trim() === "" ? stdout : stderr).trim().split("\n");
  const line = lines.findLast((one) => telling.test(one)) ?? lines.at(-1) ?? "";
  const words = line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").trim();
  return words === "" ? "" : `: ${words.slice(0, maxMessage)}`;
}
