import { once } from "node:events";
import { connect } from "node:net";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { crossOrigin } from "#resilience/server.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { type ServeOptions, serve } from "./serve.ts";

const log = openLog("test", "silent");
const opened = (options: Partial<ServeOptions> = {}) =>
  serve({
    name: "claude",
    host: "127.0.0.1",
    port: 0,
    services: [ClaudeService],
    routes: (router) => router.service(ClaudeService, { plan: ({ task }) => ({ plan: { summary: task } }) }),
    ready: async () => ({ ready: true }),
    log,
    metrics: openMetrics(),
    ...options,
  });
const client = (url: string) => createClient(ClaudeService, createConnectTransport({ httpVersion: "2", baseUrl: url }));
const planUrl = (url: string) => `${url}/synapse.v1.ClaudeService/Plan`;
const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(planUrl(url), { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

/** Sends bytes as they are and gives all that comes back. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data));
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("serve", () => {
  it.each([
    "POST /synapse.v1.ClaudeService/Plan HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
    "POST /synapse.v1.ClaudeService/Plan HTTP/1.1\r\nHost: a b[\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "POST /synapse.v1.ClaudeService/Plan HTTP/1.1\r\nHost: a:999999\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
  ])("answers a request that would end a stock server with 400, and goes on: %j", async (text) => {
    const served = await opened();
    expect(await raw(served.port, text)).toMatch(/^HTTP\/1.1 400 /);
    expect((await client(served.url).plan({ task: "go on" })).plan?.summary).toBe("go on");
    await served.drain();
  });

  it("refuses a Host it does not serve and an Origin it does not know, in the words of the protocol", async () => {
    const served = await opened({ origin: { hosts: ["claude"], origins: ["https://app.example.com"] } });
    const foreign = await post(served.url, '{"task":"x"}', { origin: "https://evil.example.com" });
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({ code: "permission_denied" });
    expect(await raw(served.port, "GET /health HTTP/1.1\r\nHost: evil.example.com\r\n\r\n")).toMatch(
      /403.*ORIGIN_FORBIDDEN/s,
    );
    const known = await post(served.url, '{"task":"x"}', { origin: "https://app.example.com" });
    expect(known.status).toBe(200);
    expect(known.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    const grpc = createClient(
      ClaudeService,
      createGrpcTransport({
        baseUrl: served.url,
        interceptors: [
          (next) => (req) => {
            req.header.set("origin", "https://evil.example.com");
            return next(req);
          },
        ],
      }),
    );
    await expect(grpc.plan({ task: "x" })).rejects.toMatchObject({ code: Code.PermissionDenied });
    await served.drain();
  });

  it("lets pages of origins it knows send and read all that protects their calls", async () => {
    const origin = "https://app.example.com";
    const served = await opened({ origin: { hosts: [], origins: [origin] } });
    const asked = { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } };
    const { headers } = await fetch(planUrl(served.url), asked);
    const names = (list: string) => headers.get(`access-control-${list}-headers`)?.toLowerCase().split(", ");
    expect(names("allow")).toEqual(expect.arrayContaining([...crossOrigin.allowedHeaders, "x-request-timeout-ms"]));
    expect(names("expose")).toEqual(expect.arrayContaining([...crossOrigin.exposedHeaders]));
    await served.drain();
  });

  it("masks what a handler throws, logs it with the request's id, and tells the id", async () => {
    const entries: unknown[] = [];
    const spied = Object.create(log, { error: { value: (entry: unknown) => entries.push(entry) } });
    const served = await opened({
      log: spied,
      routes: (router) =>
        router.service(ClaudeService, {
          plan: () => {
            throw new Error("password=hunter2");
          },
        }),
    });
    const res = await post(served.url, '{"task":"x"}', { "x-request-id": "abc-1" });
    const body = await res.text();
    expect(res.status).toBe(500);
    expect(body).toContain("request abc-1");
    expect(body).not.toContain("hunter2");
    expect(entries).toEqual([expect.objectContaining({ requestId: "abc-1", method: "synapse.v1.ClaudeService/Plan" })]);
    await served.drain();
  });

  it("names the fields that break a rule, refuses unknown JSON fields, takes unknown binary ones", async () => {
    const served = await opened();
    const invalid = await post(served.url, "{}");
    expect(invalid.status).toBe(400);
    expect(await invalid.json()).toMatchObject({
      code: "invalid_argument",
      details: [{ type: "synapse.v1.Failure" }, { type: "buf.validate.Violations" }],
    });
    const unknown = await post(served.url, '{"task":"x","tusk":1}');
    expect(unknown.status).toBe(400);
    const binary = await fetch(planUrl(served.url), {
      method: "POST",
      headers: { "content-type": "application/proto" },
      // task = "x", and field 1000 = 1
      body: Buffer.from([0x0a, 1, 0x78, 0xc0, 0x3e, 1]),
    });
    expect(binary.status).toBe(200);
    await served.drain();
  });

  it("stamps every answer with a request id and its time", async () => {
    const served = await opened();
    for (const url of [`${served.url}/health`, `${served.url}/nothing`, planUrl(served.url)]) {
      const res = await fetch(url);
      expect(res.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
      expect(res.headers.get("x-response-time")).toMatch(/^[\d.]+ms$/);
    }
    await served.drain();
  });

  it("shows its calls on the metrics page", async () => {
    const served = await opened();
    await client(served.url).plan({ task: "x" });
    const page = await (await fetch(`${served.url}/metrics`)).text();
    expect(page).toMatch(
      /rpc_server_call_duration_count\{rpc_method="synapse.v1.ClaudeService\/Plan"[^}]*"ok"[^}]*\} 1/,
    );
    await served.drain();
  });

  it("drains: health first, watchers told, new calls refused, the call under way finished", async () => {
    const clock = manualClock();
    const finish = Promise.withResolvers<void>();
    const began = vi.fn();
    const served = await opened({
      clock,
      drainDelayMs: 2000,
      routes: (router) =>
        router.service(ClaudeService, {
          async plan({ task }) {
            began();
            if (task === "long") await finish.promise;
            return { plan: { summary: task } };
          },
        }),
    });
    const transport = createConnectTransport({ httpVersion: "2", baseUrl: served.url });
    const health = createClient(Health, transport);
    const watch = health.watch({})[Symbol.asyncIterator]();
    expect((await watch.next()).value.status).toBe(1);
    const long = createClient(ClaudeService, transport).plan({ task: "long" });
    await vi.waitFor(() => expect(began).toHaveBeenCalled());

    const drained = served.drain();
    expect((await watch.next()).value.status).toBe(2);
    // Balancers need a moment to notice: until then calls are still taken.
    expect((await createClient(ClaudeService, transport).plan({ task: "soon" })).plan?.summary).toBe("soon");
    await clock.advance(2000);
    expect((await watch.next()).done).toBe(true);
    const late = await createClient(ClaudeService, transport)
      .plan({ task: "late" })
      .catch((e) => ConnectError.from(e));
    expect(late).toMatchObject({ code: Code.Unavailable });
    finish.resolve();
    expect((await long).plan?.summary).toBe("long");
    await drained;
  });

  it("cuts what is left after 25 s", async () => {
    const clock = manualClock();
    const began = vi.fn();
    const served = await opened({
      clock,
      routes: (router) =>
        router.service(ClaudeService, {
          plan: () => {
            began();
            return new Promise(() => {});
          },
        }),
    });
    const call = client(served.url)
      .plan({ task: "x" })
      .catch((error) => error);
    await vi.waitFor(() => expect(began).toHaveBeenCalled());
    const drained = served.drain();
    await clock.advance(20_000);
    expect(failureOf(await call)?.reason).toBe(Reason.CONNECTION_LOST);
    await clock.advance(5_000);
    await drained;
  });

  it("answers Connect GET for what has no side effects only", async () => {
    const served = await opened({
      services: [WorkflowService],
      routes: (router) => router.service(WorkflowService, { listRuns: () => ({ nextPageToken: "here" }) }),
    });
    const get = (method: string) =>
      fetch(`${served.url}/synapse.v1.WorkflowService/${method}?connect=v1&encoding=json&message=%7B%7D`);
    expect(await (await get("ListRuns")).json()).toEqual({ nextPageToken: "here" });
    expect((await get("CreateRun")).status).toBe(405);
    await served.drain();
  });
});
