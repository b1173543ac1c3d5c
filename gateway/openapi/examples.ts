// A request for each message that a route takes, such as one can send it.
import type { JsonValue } from "@bufbuild/protobuf";

const main = { path: "main.mjs", content: "export const double = (n) => n * 2;\nconsole.log(double(21));\n" };
const task = "sort 5, 3, 9, 1";

/** By type name. */
export const examples: Readonly<Record<string, JsonValue>> = {
  "synapse.v1.PlanRequest": { task },
  "synapse.v1.GenerateCodeRequest": { task },
  "synapse.v1.AnalyzeRequest": { files: [main] },
  "synapse.v1.ResearchRequest": { task },
  "synapse.v1.ReviewCodeRequest": { files: [main] },
  "synapse.v1.WriteTestsRequest": { task },
  "synapse.v1.ValidateCommandRequest": { command: { shell: "echo hi | sudo tee /etc/motd" } },
  "synapse.v1.ExecuteRequest": {
    files: [main],
    command: { argv: { args: ["node", "main.mjs"] } },
    expect: { cases: [{ name: "doubles", stdout: "42" }] },
  },
  "synapse.v1.DecideApprovalRequest": { approved: true, note: "looks right", decidedBy: "kim" },
  "synapse.v1.CreateRunRequest": { task: "print the first 20 Fibonacci numbers" },
};
