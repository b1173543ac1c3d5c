// The end of a run as a person reads it: the outcome first, and never more than was shown.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Outcome, TestReportSchema } from "#gen/synapse/v1/agent_pb.ts";
import { Reason } from "#gen/synapse/v1/failure_pb.ts";
import { RunSchema, RunState } from "#gen/synapse/v1/run_pb.ts";
import { outcomeLines, outputLines, whereLines } from "./render-result.ts";

const plain = (_format: unknown, text: string) => text;
const run = (init: MessageInitShape<typeof RunSchema>) =>
  create(RunSchema, { runId: "r-1", state: RunState.COMPLETED, ...init });
const tests = (passed: number, failed: number, messages: string[] = []) =>
  create(TestReportSchema, { passed, failed, messages });

describe("the outcome", () => {
  it.each([
    [run({ outcome: Outcome.PASSED, explanation: "4 of 4" }), tests(4, 0), ["PASSED 4 of 4 tests"]],
    [run({ outcome: Outcome.PASSED, explanation: "shown by hand" }), undefined, ["PASSED shown by hand"]],
    [run({ outcome: Outcome.UNKNOWN, explanation: "no tests" }), undefined, ["UNKNOWN no tests"]],
    [run({ state: RunState.CANCELED }), undefined, ["CANCELED"]],
    [
      run({ outcome: Outcome.NOT_PASSED, explanation: "wrong" }),
      tests(3, 1, ["case 2: expected 3,\ngot \x1b[31m4"]),
      ["NOT PASSED 3 of 4 tests: wrong", "  ✘ case 2: expected 3, got 4"],
    ],
    [
      run({ state: RunState.FAILED, failure: { reason: Reason.DEADLINE, message: "too late\ntry again" } }),
      undefined,
      ["FAILED deadline: too late", "try again"],
    ],
  ])("reads as it is: case %#", (ended, report, lines) => {
    expect(outcomeLines({ run: ended, tests: report }, plain)).toEqual(lines);
  });

  it("shows the first five failures and how many more there are", () => {
    const report = tests(
      0,
      9,
      Array.from({ length: 9 }, (_, index) => `case ${index}`),
    );
    const lines = outcomeLines({ run: run({ outcome: Outcome.NOT_PASSED }), tests: report }, plain);
    expect(lines.slice(5)).toEqual(["  ✘ case 4", "  … and 4 more"]);
  });
});

describe("the program's output", () => {
  it("is shown without what a terminal obeys", () => {
    expect(outputLines({ run: run({}), output: "1\n\x1b]0;owned\x072\x1b[2J\n" }, plain)).toEqual(["1", "2"]);
  });

  it("is cut after 40 lines, with the command that gives the rest", () => {
    const output = Array.from({ length: 100 }, (_, index) => `${index}\n`).join("");
    const lines = outputLines({ run: run({}), output }, plain);
    expect(lines.length).toBe(41);
    expect(lines.at(-1)).toBe("… 60 more lines: synapse artifacts r-1 output.txt");
  });

  it("is left out when there is none", () => {
    expect(outputLines({ run: run({}), output: " \n" }, plain)).toEqual([]);
  });
});

describe("where the files are", () => {
  it("names each file, what became of it, and the command that runs it", () => {
    const lines = whereLines(
      run({ argv: ["node", "main.mjs", "a b"] }),
      "my out",
      [
        { path: "main.mjs", kind: "written" },
        { path: "a.txt", kind: "replaced", note: "a.txt.old" },
        { path: "../evil\x1b[31m", kind: "refused", note: "it would leave the folder" },
      ],
      plain,
    );
    expect(lines).toEqual([
      "file     my out/main.mjs",
      "file     my out/a.txt (the one before is now a.txt.old)",
      "refused  ../evil: it would leave the folder",
      "run it   cd 'my out' && node main.mjs 'a b'",
    ]);
  });
});
