import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const started = (...args: string[]): ChildProcess =>
  fork(pathOf("./main.ts"), args, { execArgv: ["--disable-warning=ExperimentalWarning"], silent: true });

it("the simulator as a process follows a script's file, and leaves with its parent", async () => {
  const child = started(pathOf("./demo.ts"));
  const left = once(child, "exit");
  try {
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    const schema = { type: "object", properties: { successCriteria: { type: "array" } } };
    const messages = [{ role: "user", content: "is this a leap year?" }];
    const body = JSON.stringify({ model: "m", messages, output_config: { format: { type: "json_schema", schema } } });
    const res = await fetch(`${url}/v1/messages`, { method: "POST", body });
    expect(JSON.stringify(await res.json())).toContain("1900 is a common year");
  } finally {
    child.disconnect();
  }
  expect(await left).toEqual([0, null]);
});
