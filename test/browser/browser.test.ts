import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { type System, startSystem } from "../system.ts";
import type { Page, Way } from "./page.ts";
import { openedSite, type Site } from "./site.ts";

const task = "print the first 20 Fibonacci numbers";
let site: Site;
let system: System;

beforeAll(async () => {
  site = await openedSite("test/browser/page.ts");
  system = await startSystem({ SYNAPSE_ALLOWED_ORIGINS: site.origin });
  await site.tab.goto(site.origin);
});
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

/** Calls a function of the page. */
function call<K extends keyof Page>(name: K, ...args: [url: string, way: Way, task: string]): ReturnType<Page[K]> {
  return site.tab.evaluate(
    ([name, args]) =>
      (globalThis as unknown as { page: Record<string, (...a: string[]) => unknown> }).page[name]!(...args),
    [name, args] as const,
  ) as ReturnType<Page[K]>;
}

describe.each(["json", "binary", "grpc-web"] as const)("a page on another origin, %s", (way) => {
  it("calls Plan on the agent and on the gateway, and may read the request id", async () => {
    for (const name of ["claude", "gateway"] as const) {
      const answer = await call("plan", system.processes[name].url, way, task);
      expect(answer.summary).toMatch(/fibonacci/i);
      expect(answer.requestId).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it("reads StreamPlan to its result", async () => {
    expect((await call("streamPlan", system.processes.claude.url, way, task)).at(-1)).toBe("result");
  });

  it("creates a run, watches it to its end and gets it", async () => {
    const { outcome, seqs } = await call("run", system.processes.gateway.url, way, task);
    expect(outcome).toBe(Outcome.PASSED);
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  });
});

describe("a page on an origin that is not allowed", () => {
  it("gets nothing", async () => {
    await using closed = await startSystem({ SYNAPSE_ALLOWED_ORIGINS: "https://other.example.com" });
    await site.tab.goto(site.origin);
    await expect(call("plan", closed.processes.claude.url, "json", task)).rejects.toThrow(/Failed to fetch|permission/);
  });
});
