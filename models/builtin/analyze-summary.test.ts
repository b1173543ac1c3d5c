// What a summary says, to which question.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { FileFactsSchema } from "#gen/synapse/v1/agent_pb.ts";
import { summarize } from "./analyze-summary.ts";

function facts(path: string, rest: MessageInitShape<typeof FileFactsSchema>) {
  return create(FileFactsSchema, { path, language: "typescript", lines: 9, ...rest });
}

const files = [
  facts("a.ts", {
    functions: [
      { name: "small", line: 1, lines: 8, complexity: 1 },
      { name: "big", line: 2, lines: 1, complexity: 12 },
      { name: "bigger", line: 3, lines: 1, complexity: 13 },
    ],
    imports: [{ module: "./b" }, { module: "node:fs" }],
    exports: ["x", "y"],
    unusedExports: ["y"],
  }),
  facts("b.ts", { imports: [{ module: "node:fs" }], markers: [{ kind: "TODO", line: 4, text: "more" }] }),
];
const broken = facts("c.js", { language: "javascript", parseError: "line 3: Unexpected token" });

describe("summary", () => {
  it("counts, and tells what stands out", () => {
    expect(summarize(files, "")).toBe(
      "2 files (2 typescript) with 18 lines and 3 functions. " +
        "The most complex function is bigger (a.ts:3) with a cyclomatic complexity of 13, then big (a.ts:2) 12. " +
        "Exports that no other given file imports: y (a.ts). Work left to do: TODO at b.ts:4.",
    );
  });

  it.each([
    ["Which function is the most complex?", /^The most complex function is bigger \(a\.ts:3\)/],
    ["어떤 함수가 가장 복잡해?", /^The most complex function is bigger /],
    ["Which exports are unused?", /^Exports that no other given file imports: y /],
    ["사용하지 않는 것은?", /^Exports that no other given file imports: y /],
    ["What does it import?", /^The imported modules, with how often, are node:fs \(2\), \.\/b \(1\)\./],
    ["의존하는 모듈은?", /^The imported modules, /],
    ["남은 할 일이 뭐야?", /^Work left to do: TODO at b\.ts:4\./],
    ["any todos?", /^Work left to do: /],
    ["List the functions", /^The functions are small \(a\.ts:1, 8 lines\), big /],
    ["함수 목록", /^The functions are small /],
    ["Is there a syntax error?", /^Every file that has a parser could be parsed\. 2 files /],
    ["Is the algorithm right?", /^The builtin engine answers no free questions; this is what parsing tells\. 2 files /],
  ])("answers %j as far as parsing can", (question, answer) => {
    expect(summarize(files, question)).toMatch(answer);
  });

  it("says what it can't see", () => {
    expect(summarize(files.slice(0, 1), "")).toContain("Whether its exports are used can't be seen from one file.");
    const summary = summarize([...files, broken], "");
    expect(summary).toContain("no other given file imports as far as the files could be parsed: y (a.ts)");
    expect(summary).toContain("1 file could not be parsed: c.js (line 3: Unexpected token).");
  });

  it("cuts long lists and says so", () => {
    const many = facts("m.ts", { markers: Array.from({ length: 12 }, (_, i) => ({ kind: "HACK", line: i + 1 })) });
    expect(summarize([many], "")).toMatch(/HACK at m\.ts:10 and 2 more\.$/);
  });
});
