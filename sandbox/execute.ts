// Runs a command and says whether it did what was expected: the only place an outcome comes from.
import { isUtf8 } from "node:buffer";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Execution, ExecutionSchema, Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { type Case, type Failed, judgeCase, judgeTests, type Report, signature } from "./check.ts";
import { testCommand } from "./node-test.ts";
import { judgeOwnTests } from "./own-tests.ts";
import type { Channel, Sandbox, SandboxFile, SandboxLimits, SandboxResult } from "./sandbox.ts";
import { stubbed } from "./stub.ts";

export interface ExecuteRequest {
  readonly files: readonly SandboxFile[];
  readonly argv: readonly string[];
  readonly stdin?: Uint8Array;
  readonly limits?: Partial<SandboxLimits>;
  /** What must hold for it to pass: tests that its TAP output reports, cases that are fed to it, or the project's own tests. */
  readonly expect?: { readonly tests: number; readonly cases: readonly Case[]; readonly ownTests?: boolean };
  readonly signal?: AbortSignal;
  /** Output of the first run, as it comes. */
  readonly onOutput?: (channel: Channel, chunk: Uint8Array) => void;
}

/** Names and messages in a report. */
const maxNames = 50;
/** Cases that may run out of time before the rest is given up. */
const maxTimeouts = 3;
/** The largest file the contract carries. */
const maxFileBytes = 1 << 20;

/** Rejects only when the sandbox failed or the signal aborted; a command that fails is an answer. */
export async function execute(sandbox: Sandbox, request: ExecuteRequest): Promise<Execution> {
  const { files, limits = {}, expect = { tests: 0, cases: [] }, signal, onOutput, stdin } = request;
  const argv = expect.tests > 0 && !expect.ownTests ? testCommand(request.argv) : request.argv;
  const command = { files, argv, limits, ...(signal && { signal }) };
  const main = await sandbox.run({ ...command, ...(stdin && { stdin }), ...(onOutput && { onOutput }) });
  const { report, outcome, explanation } = await judged();
  const changed = changedText(files, main);
  return create(ExecutionSchema, {
    exitCode: main.exitCode,
    stdout: text(main.stdout),
    stderr: text(main.stderr),
    timedOut: main.killedBy === "wall",
    killedBy: main.killedBy ?? "",
    duration: durationFromMs(Math.round(main.durationMs)),
    ...(report && { tests: message(report) }),
    outcome,
    explanation,
    sandbox: main.driver,
    files: changed.files,
    skipped: changed.skipped,
  });

  async function judged(): Promise<Judgement> {
    if (expect.tests === 0 && expect.cases.length === 0 && !expect.ownTests)
      return unknown("nothing independent was run");
    if (isRefused(main)) return unknown(`this sandbox cannot run the command: ${text(main.stderr).trim()}`);
    if (expect.ownTests) return judgeOwnTests(expect.tests, main);
    const tests = expect.tests > 0 ? judgeTests(expect.tests, main) : { passed: 0, failed: [] };
    const cases = await judgeCases();
    const report = { passed: tests.passed + cases.passed, failed: [...tests.failed, ...cases.failed] };
    const first = report.failed[0];
    if (first !== undefined)
      return {
        report,
        outcome: Outcome.NOT_PASSED,
        explanation: `${count(report)}; first "${first.name}": ${first.message}`,
      };
    const caseProof = expect.cases.some((test) => test.stdout.trim() !== "" || (test.exitCode ?? 0) !== 0);
    if (caseProof) return { report, outcome: Outcome.PASSED, explanation: count(report) };
    if (expect.tests === 0) return { ...unknown("every case expects no output, which proves nothing"), report };
    const stub = stubbed(files);
    if (stub === undefined) return { ...unknown("there is no code beside the tests"), report };
    const red = judgeTests(expect.tests, await sandbox.run({ ...command, files: stub, ...(stdin && { stdin }) }));
    if (red.failed.length === 0)
      return { ...unknown("the tests pass without the code too, so they prove nothing"), report };
    return { report, outcome: Outcome.PASSED, explanation: `${count(report)}, and they fail without the code` };
  }

  /** Each in a fresh sandbox, two at a time. */
  async function judgeCases(): Promise<Report> {
    const results = new Map<number, Failed | undefined>();
    let timeouts = 0;
    const waiting = expect.cases.entries();
    const one = async () => {
      for (const [index, test] of waiting) {
        if (timeouts >= maxTimeouts) {
          results.set(index, {
            name: test.name,
            kind: "timeout",
            message: "was not run: earlier cases did not end in time",
          });
          continue;
        }
        const failed = judgeCase(test, await sandbox.run({ ...command, stdin: Buffer.from(test.stdin) }));
        if (failed?.kind === "timeout") timeouts++;
        results.set(index, failed);
      }
    };
    await Promise.all([one(), one()]);
    const failed = expect.cases.flatMap((_, index) => results.get(index) ?? []);
    return { passed: expect.cases.length - failed.length, failed };
  }
}

interface Judgement {
  readonly report?: Report;
  readonly outcome: Outcome;
  readonly explanation: string;
}

const unknown = (explanation: string): Judgement => ({ outcome: Outcome.UNKNOWN, explanation });

function count({ passed, failed }: Report): string {
  return failed.length === 0 ? `all ${passed} tests passed` : `${failed.length} failed, ${passed} passed`;
}

/** The pure-JavaScript driver says with 127 that it has no such program, module or function. */
function isRefused({ driver, exitCode }: SandboxResult): boolean {
  return driver === "quickjs" && exitCode === 127;
}

function message({ passed, failed }: Report) {
  const named = failed.slice(0, maxNames);
  return {
    passed,
    failed: failed.length,
    failedNames: named.map((test) => test.name),
    messages: named.map((test) => `${test.name}: ${test.message}`),
    signature: signature(failed),
  };
}

/** Files the command made or changed, as far as they are text. */
function changedText(given: readonly SandboxFile[], result: SandboxResult) {
  const before = new Map(given.map(({ path, content }) => [path, content]));
  const files: { path: string; content: string }[] = [];
  const skipped = [...result.skipped];
  for (const { path, content } of result.files) {
    const old = before.get(path);
    if (old !== undefined && Buffer.compare(old, content) === 0) continue;
    if (content.byteLength > maxFileBytes) skipped.push(`${path}: larger than ${maxFileBytes} bytes`);
    else if (Buffer.from(content).includes(0) || !isUtf8(content)) skipped.push(`${path}: not text`);
    else files.push({ path, content: text(content) });
  }
  return { files, skipped: skipped.slice(0, maxNames) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
