import { describe, expect, it } from "vitest";
import { coder, type Job, type Work, workOf, works } from "./coder.ts";
import demo from "./demo.ts";
import { answerFor, type ProviderRequest } from "./script.ts";

const wrong = "console.log(1 + 2); // as it was understood";
const right = "console.log(1 + 3);";
const job: Job = {
  task: "add one and three",
  attempts: [{ "main.mjs": `// add\n${wrong}` }, { "main.mjs": `// add\n${right}` }],
  argv: ["node", "main.mjs"],
  cases: [{ name: "it is four", stdin: "", stdout: "4\n" }],
};

const asked = (given: Partial<ProviderRequest>): ProviderRequest => ({
  n: 1,
  dialect: "anthropic",
  hasKey: true,
  model: "model-x",
  stream: false,
  system: "",
  prompt: "",
  headers: {},
  body: {},
  ...given,
});
const answer = (schemaName: Work, prompt = job.task, jobs = [job]) =>
  answerFor(coder(jobs), asked({ schemaName, prompt })).json;

describe("coder", () => {
  it("knows what is asked by a schema's name, its fields, or a schema within the prompt", () => {
    const schema = { type: "object", properties: { argv: { type: "array" }, notes: { type: "string" } } };
    expect(workOf(asked({ schemaName: "tests" }))).toBe("tests");
    expect(workOf(asked({ schema }))).toBe("code");
    expect(workOf(asked({ schemaName: "codex_output_schema", schema }))).toBe("code");
    expect(workOf(asked({ prompt: `Answer by this schema: ${JSON.stringify(schema)}` }))).toBe("code");
    expect(workOf(asked({ prompt: "hello" }))).toBeUndefined();
  });

  it("plans, and writes tests from the same job", () => {
    expect(answer("plan")).toMatchObject({ successCriteria: ["it is four"], risks: [], questions: [] });
    expect(answer("tests")).toEqual({ cases: [{ ...job.cases![0], exitCode: 0 }], files: [], count: 0 });
    expect(answer("research")).toEqual({ findings: [] });
    expect(answer("review")).toEqual({ verdict: "APPROVE", comments: [] });
  });

  it("gives the next attempt when the prompt shows the last one, and the same to the same prompt", () => {
    const files = (content: string) => ({ files: [{ path: "main.mjs", content: `// add\n${content}` }] });
    const repair = `${job.task}\n// add\n${wrong}\nit is 3`;
    for (let time = 0; time < 2; time++) {
      expect(answer("code")).toMatchObject(files(wrong));
      expect(answer("code", repair)).toMatchObject(files(right));
    }
    expect(answer("code", `${repair}\n${right}`)).toMatchObject(files(right));
  });

  it("asks for files of a repository until it was shown them", () => {
    const jobs = [{ ...job, wanted: ["a.mjs", "b.mjs"] }];
    expect(answer("code", `${job.task} file "a.mjs"`, jobs)).toMatchObject({ files: [], wanted: ["b.mjs"] });
    expect(answer("code", `${job.task} file "a.mjs" file "b.mjs"`, jobs)).toMatchObject({ wanted: [] });
  });

  it("refuses what it has no job for", () => {
    expect(answerFor(coder([job]), asked({ schemaName: "plan", prompt: "something else" })).stop).toBe("refusal");
  });

  it("has a demonstration that answers every kind of work", () => {
    for (const schemaName of works) {
      expect(answerFor(demo, asked({ schemaName, prompt: "is it a leap year?" })).json).toBeDefined();
    }
  });
});
