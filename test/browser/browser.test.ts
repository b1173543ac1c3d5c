import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page as Tab } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { type System, startSystem } from "../system.ts";
import type { Page, Way } from "./page.ts";

const task = "print the first 20 Fibonacci numbers";
let browser: Browser;
let site: Server;
let origin: string;
let system: System;
let tab: Tab;

/** The page's one script, bundled. */
async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry: "test/browser/page.ts", formats: ["es"], fileName: "page" } },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !("output" in first)) throw new Error("nothing was bundled");
  return first.output[0].code;
}

beforeAll(async () => {
  const script = await bundled();
  site = createServer((req, res) => {
    const isScript = req.url === "/page.js";
    res.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    res.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://localhost:${(site.address() as AddressInfo).port}`;
  system = await startSystem({ SYNAPSE_ALLOWED_ORIGINS: origin });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  tab = await browser.newPage();
  await tab.goto(origin);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await system?.[Symbol.asyncDispose]();
});

/** Calls a function of the page. */
function call<K extends keyof Page>(name: K, ...args: [url: string, way: Way, task: string]): ReturnType<Page[K]> {
  return tab.evaluate(
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
    const { port } = site.address() as AddressInfo;
    await using closed = await startSystem({ SYNAPSE_ALLOWED_ORIGINS: "https://other.example.com" });
    await tab.goto(`http://localhost:${port}`);
    await expect(call("plan", closed.processes.claude.url, "json", task)).rejects.toThrow(/Failed to fetch|permission/);
  });
});
