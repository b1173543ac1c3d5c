import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type System, startSystem } from "../system.ts";
import { command } from "./command.ts";
import { rpc } from "./rpc.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem({ SYNAPSE_RPC: rpc });
});
afterAll(() => system[Symbol.asyncDispose]());

const task = '{"task":"print the first 20 Fibonacci numbers"}';
const json = ["-H", "content-type: application/json"];
const plan = "synapse.v1.ClaudeService/Plan";

describe("curl", () => {
  it.each([["--http1.1"], ["--http2"], ["--http2-prior-knowledge"]])(
    "calls Plan as Connect JSON over %s",
    async (version) => {
      const url = `${system.processes.claude.url}/${plan}`;
      const { stdout } = await command("curl", ["-sS", version, "-i", ...json, "-d", task, url]);
      expect(stdout).toMatch(/^HTTP\/[12.]+ 200/);
      expect(stdout).toMatch(/x-request-id: /i);
      const body = JSON.parse(stdout.slice(stdout.lastIndexOf("\r\n\r\n")));
      expect(body.plan.steps.length).toBeGreaterThan(0);
      expect(body.engine).toEqual({ kind: "builtin", model: "recipes" });
    },
  );

  it("calls the agents on the gateway's own port, and over REST", async () => {
    const base = system.processes.gateway.url;
    for (const url of [`${base}/${plan}`, `${base}/api/v1/claude/plan`]) {
      const { stdout } = await command("curl", ["-sS", ...json, "-d", task, url]);
      expect(JSON.parse(stdout).plan.summary).toMatch(/fibonacci/i);
    }
  });

  it("gets by GET what has no side effects", async () => {
    const url = `${system.processes.gateway.url}/synapse.v1.WorkflowService/ListRuns`;
    const { stdout } = await command("curl", [
      "-sS",
      "-G",
      url,
      "-d",
      "connect=v1&encoding=json",
      "--data-urlencode",
      "message={}",
    ]);
    expect(JSON.parse(stdout)).toBeTypeOf("object");
  });

  it("creates a run, waits for it, reads its events and its files", async () => {
    const base = system.processes.gateway.url;
    const created = await command("curl", ["-sS", ...json, "-d", task, `${base}/api/v1/workflow?wait=60s`]);
    const { run } = JSON.parse(created.stdout);
    expect(run).toMatchObject({ state: "RUN_STATE_COMPLETED", outcome: "OUTCOME_PASSED" });

    const events = await command("curl", ["-sS", "-N", `${base}/api/v1/runs/${run.runId}/events`]);
    const ids = [...events.stdout.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(ids.map((_, at) => at + 1));
    expect(events.stdout).toMatch(/^event: run.completed$/m);
    const half = Math.floor(ids.length / 2);
    const rest = await command("curl", [
      "-sS",
      "-N",
      "-H",
      `Last-Event-ID: ${half}`,
      `${base}/api/v1/runs/${run.runId}/events`,
    ]);
    expect([...rest.stdout.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual(ids.slice(half));

    const listed = await command("curl", ["-sS", `${base}/api/v1/runs/${run.runId}/artifacts`]);
    const names = JSON.parse(listed.stdout).artifacts.map((artifact: { name: string }) => artifact.name);
    expect(names).toContain("files/fibonacci.mjs");
    const file = await command("curl", ["-sS", `${base}/api/v1/runs/${run.runId}/artifacts/files/fibonacci.mjs`]);
    expect(file.stdout).toContain("console.log");
  });

  it("streams an agent's answer as server-sent events", async () => {
    const url = `${system.processes.gateway.url}/api/v1/claude/plan`;
    const { stdout } = await command("curl", [
      "-sS",
      "-N",
      "-H",
      "accept: text/event-stream",
      ...json,
      "-d",
      task,
      url,
    ]);
    expect(stdout).toMatch(/^event: textDelta$/m);
    expect(stdout).toMatch(/^event: result\ndata: \{.*"plan"/m);
  });

  it("tells problems as problem+json with a reason", async () => {
    const base = system.processes.gateway.url;
    const ask = async (...args: string[]) => {
      const { stdout } = await command("curl", ["-sS", "-w", "\n%{http_code} %{content_type}", ...args]);
      const [body, status] = [stdout.slice(0, stdout.lastIndexOf("\n")), stdout.slice(stdout.lastIndexOf("\n") + 1)];
      return { status, problem: JSON.parse(body) };
    };
    const blank = await ask(...json, "-d", '{"task":" "}', `${base}/api/v1/workflow`);
    expect(blank).toMatchObject({
      status: "400 application/problem+json",
      problem: { reason: "REASON_INVALID_INPUT" },
    });
    expect(blank.problem.violations[0].ruleId).toBe("task.blank");
    const missing = await ask(`${base}/api/v1/runs/0192f0c1-0000-7000-8000-000000000000`);
    expect(missing).toMatchObject({ status: "404 application/problem+json", problem: { reason: "REASON_NOT_FOUND" } });
    const text = await ask("-H", "content-type: text/plain", "-d", "x", `${base}/api/v1/workflow`);
    expect(text.status).toMatch(/^400/);
    const unknown = await ask(...json, "-d", '{"tusk":"x"}', `${base}/api/v1/workflow`);
    expect(unknown.problem.detail).toContain("tusk");
  });
});
