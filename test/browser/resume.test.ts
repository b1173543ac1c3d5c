// Streams of a page go on when its connection breaks, when it is loaded anew, and when the gateway is started again.
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "#core/clock.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { type Journaling, journaling } from "#resilience/resume/journaling.ts";
import { upTo } from "#resilience/resume/testing.ts";
import type { TcpFault } from "#resilience/testing/tcp-fault.ts";
import { type TcpFaultProxy, tcpFaultProxy } from "#resilience/testing/tcp-fault-proxy.ts";
import { knownOrigins } from "#rpc/origin.ts";
import { serveForTest, type TestServer } from "#rpc/testing.ts";
import { startSystem } from "../system.ts";
import type { Page, Way } from "./resume-page.ts";
import { openedSite, type Site } from "./site.ts";

const count = 40;
let site: Site;
let server: TestServer;
let proxy: TcpFaultProxy;
let journal: Journaling;
/** The tasks that were begun, and what happens when one has made a part of its messages. */
const begun: { task: string; signal: AbortSignal }[] = [];
let halfway = () => {};

beforeAll(async () => {
  site = await openedSite("test/browser/resume-page.ts");
  journal = journaling();
  server = await serveForTest(
    (router) =>
      journal.around(router).service(ClaudeService, {
        async *streamPlan({ request }, { signal }) {
          begun.push({ task: request!.task, signal });
          for (let n = 1; n <= count; n++) {
            await systemClock.sleep(5, signal);
            yield { event: { attempt: 1, body: { case: "textDelta", value: `${n} `.padEnd(200, "x") } } };
            if (n === 15) halfway();
          }
        },
      }),
    [],
    (handler) => knownOrigins({ hosts: [], origins: [site.origin] }, handler),
  );
  proxy = await tcpFaultProxy({ target: server.port });
  await site.tab.goto(site.origin);
});
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  journal?.close();
  await server?.[Symbol.asyncDispose]();
});

/** Calls a function of the page. */
function call<K extends keyof Page>(name: K, ...args: Parameters<Page[K]>): ReturnType<Page[K]> {
  return site.tab.evaluate(
    ([name, args]) =>
      (globalThis as unknown as { page: Record<string, (...a: unknown[]) => unknown> }).page[name]!(...args),
    [name, args] as const,
  ) as ReturnType<Page[K]>;
}

/** What breaks the connection halfway; new ones are fine. */
function breaking(fault: TcpFault): void {
  halfway = () => {
    halfway = () => {};
    proxy.inject(fault);
    proxy.next({ kind: "none" });
  };
}

const timesBegun = (of: string) => begun.filter(({ task }) => task === of).length;

describe.each<Way>(["json", "binary", "grpc-web"])("a page's stream, %s", (way) => {
  it.each<TcpFault>([
    { kind: "reset", afterBytes: 0 },
    { kind: "cut", afterBytes: 0 },
    { kind: "garbage", bytes: 100 },
    { kind: "half-open", afterBytes: 0 },
  ])("goes on after %j: each message once, from one execution", async (fault) => {
    const task = `${way} ${fault.kind}`;
    breaking(fault);
    expect(await call("read", proxy.url, way, task)).toEqual({
      got: upTo(count),
      ended: "",
      resumed: 1,
      kept: null,
    });
    expect(timesBegun(task)).toBe(1);
  });

  it("goes on where it was when the page is loaded anew", async () => {
    const task = `${way} reload`;
    const before = Promise.withResolvers<void>();
    halfway = before.resolve;
    const torn = call("read", proxy.url, way, task).catch(() => {});
    await before.promise;
    await site.tab.reload();
    await torn;
    const { got, ended } = await call("read", proxy.url, way, task);
    expect(ended).toBe("");
    // A message that was used and not yet noted comes again, and none is left out.
    expect(got[0]).toBeGreaterThan(1);
    expect(got).toEqual(upTo(count).slice(got[0]! - 1));
    expect(timesBegun(task)).toBe(1);
  });
});

describe("a page that leaves a stream", () => {
  it("ends the work at the server at once", async () => {
    const kept = journal.size;
    const { got, ended } = await call("read", proxy.url, "json", "left", 5);
    expect({ got, ended }).toEqual({ got: upTo(5), ended: "" });
    const { signal } = begun.find(({ task }) => task === "left")!;
    await vi.waitFor(() => expect(signal.aborted).toBe(true));
    expect(journal.size).toBe(kept);
  });
});

describe("a page that watches a run", () => {
  it("sees every event once though its connections are reset and the gateway is started anew", async () => {
    await using system = await startSystem({ SYNAPSE_ALLOWED_ORIGINS: site.origin });
    const between = await tcpFaultProxy({ target: system.processes.gateway.port });
    onTestFinished(() => between[Symbol.asyncDispose]());
    const { run } = await system.gateway.workflow.createRun({ task: "print the first 20 Fibonacci numbers" });
    const watched = call("watch", between.url, "binary", run!.runId);
    await site.tab.waitForFunction("page.seqs.length > 0");
    between.inject({ kind: "reset", afterBytes: 0 });
    between.next({ kind: "none" });
    await system.kill("gateway");
    await system.restart("gateway");
    const { seqs, ended, resumed } = await watched;
    expect(ended).toBe("");
    expect(seqs).toEqual(upTo(seqs.length));
    expect(seqs.length).toBeGreaterThan(10);
    expect(resumed).toBeGreaterThan(0);
  });
});
