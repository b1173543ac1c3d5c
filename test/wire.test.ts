import { spawn } from "node:child_process";
import { once } from "node:events";
import http2 from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { type System, startSystem } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const json = { "content-type": "application/json" };
const task = "print the first 20 Fibonacci numbers";
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) });
/** What of an answer these tests look at. */
interface Answer {
  details: { type: string; debug: { reason?: string; violations?: unknown[] } }[];
  run: { state: string; outcome: string };
  runs?: unknown[];
}
const read = async (response: Response) => (await response.json()) as Answer;
const planUrl = () => `${system.processes.claude.url}/synapse.v1.ClaudeService/Plan`;

describe("the wire", () => {
  // One such request ended the gateway: Node refuses HTTP/1.1's headers on HTTP/2 outside of any catch.
  it("streams server-sent events over HTTP/2 too", async () => {
    const session = http2.connect(system.processes.gateway.url);
    const stream = session.request({
      ":path": "/api/v1/claude/plan",
      ":method": "POST",
      accept: "text/event-stream",
      ...json,
    });
    stream.end(JSON.stringify({ task }));
    let text = "";
    stream.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    await once(stream, "close");
    session.close();
    expect(text).toMatch(/^event: result$/m);
    expect((await fetch(`${system.processes.gateway.url}/health`)).status).toBe(200);
  });

  // Every element of the list was a violation: 8 MB of them ended the process, 90 kB gave 24 MB.
  it("tells of a hostile list its first violation only, and soon", async () => {
    const files = Array.from({ length: 200_000 }, () => ({}));
    for (const url of [planUrl().replace("Plan", "GenerateCode"), `${system.processes.gateway.url}/api/v1/workflow`]) {
      const began = systemClock.now();
      const answer = await post(url, { task, files });
      expect(answer.status).toBe(400);
      expect((await answer.text()).length).toBeLessThan(4000);
      expect(systemClock.now() - began).toBeLessThan(5000);
    }
    const small = await read(await post(planUrl(), { context: ["x"] }));
    expect(small.details[1]?.debug.violations?.length).toBe(1);
  });

  it("takes a deadline beyond what a timer can hold as a long one", async () => {
    for (const ms of ["2147483648", "9999999999"]) {
      expect((await post(planUrl(), { task }, { "connect-timeout-ms": ms })).status).toBe(200);
    }
  });

  it("gives every error its Failure, also one made before any interceptor", async () => {
    const unknown = await read(await post(planUrl(), { tusk: 1 }));
    expect(unknown).toMatchObject({ code: "invalid_argument", details: [{ type: "synapse.v1.Failure" }] });
    expect(unknown.details[0]?.debug.reason).toBe("REASON_INVALID_INPUT");
  });

  it("carries a run with as many files as it may begin with", async () => {
    const files = Array.from({ length: 300 }, (_, at) => ({ path: `given/${at}.txt`, content: "x" }));
    const answer = await post(`${system.processes.gateway.url}/api/v1/workflow?wait=60s`, { task, files });
    expect((await read(answer)).run).toMatchObject({ state: "RUN_STATE_COMPLETED", outcome: "OUTCOME_PASSED" });
  });

  it("answers who waits for a run with the run as it is when the gateway leaves", async () => {
    await using other = await startSystem({ SYNAPSE_CODEX_URLS: "http://127.0.0.1:9" });
    const { url, child } = other.processes.gateway;
    const waiting = post(`${url}/api/v1/workflow?wait=60s`, { task });
    await expect.poll(async () => (await read(await fetch(`${url}/api/v1/runs`))).runs?.length).toBe(1);
    child.kill("SIGTERM");
    const answer = await waiting;
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toMatch(/^\/api\/v1\/runs\//);
  });

  it("says that it leaves while it still takes calls, and a parent's leaving is no second signal", async () => {
    const child = spawn(process.execPath, ["services/gemini/main.ts"], {
      env: {
        PATH: process.env.PATH,
        SYNAPSE_DATA_DIR: system.dataDir,
        SYNAPSE_GEMINI_PORT: "0",
        SYNAPSE_DRAIN_DELAY_MS: "1500",
      },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    child.kill("SIGTERM");
    await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 1400 }).toBe(503);
    child.disconnect();
    const call = await post(`${url}/synapse.v1.GeminiService/Research`, { task });
    expect(call.status).toBe(200);
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});
