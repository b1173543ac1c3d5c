// Resumable streams over real connections that are reset again and again: every message once, every handler once.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { client } from "#core/callable.ts";
import { systemClock } from "#core/clock.ts";
import { Code } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { chained } from "#resilience/call/chained.ts";
import { idempotencyKeys } from "#resilience/call/idempotency.ts";
import { journaling } from "#resilience/resume/journaling.ts";
import { resume } from "#resilience/resume/resume.ts";
import { retry } from "#resilience/retry/retry.ts";
import { tcpFaultProxy } from "#resilience/testing/tcp-fault-proxy.ts";
import { connections } from "#rpc/client/connections.ts";
import { clientTransport, type Rpc } from "#rpc/client.ts";
import { serveForTest } from "#rpc/testing.ts";

const messages = 160;
const seed = Number(process.env.SEEDS ?? 1);

/** A message says its number, and is between 100 and 1500 bytes long. */
const text = (stream: string, n: number) => `${stream} ${n} `.padEnd(100 + ((n * 37) % 1400), "x");

async function opened(rpc: Rpc) {
  const runs = new Map<string, number>();
  const streams = journaling();
  onTestFinished(() => streams.close());
  const server = await serveForTest(
    (router) =>
      streams.around(router).service(ClaudeService, {
        async *streamPlan({ request }, { responseHeader, responseTrailer }) {
          const { task } = request!;
          runs.set(task, (runs.get(task) ?? 0) + 1);
          responseHeader.set("x-task", task);
          for (let n = 1; n <= messages; n++) {
            if (n % 20 === 0) await systemClock.sleep(1);
            yield { event: { attempt: 1, body: { case: "textDelta", value: text(task, n) } } };
          }
          responseTrailer.set("x-done", task);
        },
      }),
    [],
    undefined,
    { rpc },
  );
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, runs, streams };
}

describe("resumption over real connections", () => {
  it.each<[Rpc, "connect" | "grpc" | "web" | "grpc-web"]>([
    ["own", "connect"],
    ["stock", "grpc"],
    ["own", "web"],
    ["own", "grpc-web"],
  ])(
    "%s server, %s: 50 streams whose connections are reset at random lose and double nothing",
    async (rpc, protocol) => {
      const { server, runs } = await opened(rpc);
      const proxy = await tcpFaultProxy({ target: server.port });
      onTestFinished(() => proxy[Symbol.asyncDispose]());
      const rng = seeded(seed);
      const anyFault = () =>
        proxy.next({ kind: rng.float() < 0.5 ? "reset" : "cut", afterBytes: 200 + Math.floor(rng.float() * 12_000) });
      let resumed = 0;

      async function read(stream: string): Promise<string[]> {
        const own = connections();
        const baseUrl = proxy.url;
        const base =
          protocol === "web"
            ? createConnectTransport({ baseUrl })
            : protocol === "grpc-web"
              ? createGrpcWebTransport({ baseUrl })
              : clientTransport({ baseUrl, agent: "claude", protocol, connections: own });
        const interceptors = [
          idempotencyKeys(),
          resume({
            initialMs: 1,
            maxMs: 10,
            observe: () => {
              resumed++;
              anyFault();
            },
          }),
          retry({ initialMs: 1, maxMs: 10, maxAttempts: 5, budget: forever }),
        ];
        const client = createClient(ClaudeService, chained(base, { interceptors }));
        const got: string[] = [];
        const heads: (string | null)[] = [];
        for await (const { event } of client.streamPlan(
          { request: { task: stream } },
          { onHeader: (header) => heads.push(header.get("x-task")), onTrailer: (end) => heads.push(end.get("x-done")) },
        )) {
          if (event?.body.case === "textDelta") got.push(event.body.value);
        }
        expect(heads).toEqual([stream, stream]);
        own.close();
        return got;
      }

      anyFault();
      const names = Array.from({ length: 50 }, (_, at) => `stream-${at}`);
      const all = await Promise.all(names.map(read));
      for (const [at, got] of all.entries()) {
        expect(got).toEqual(Array.from({ length: messages }, (_, n) => text(names[at]!, n + 1)));
      }
      expect([...runs.values()]).toEqual(names.map(() => 1));
      expect(resumed).toBeGreaterThan(50);
    },
  );

  it("ends the work at once when its reader leaves for good, and not when the connection breaks", async () => {
    const streams = journaling();
    onTestFinished(() => streams.close());
    const signals: AbortSignal[] = [];
    const server = await serveForTest((router) =>
      streams.around(router).service(ClaudeService, {
        async *streamPlan(_, { signal }) {
          signals.push(signal);
          yield { event: { attempt: 1, body: { case: "textDelta", value: "first" } } };
          await systemClock.sleep(60_000, signal);
        },
      }),
    );
    onTestFinished(() => server[Symbol.asyncDispose]());
    const proxy = await tcpFaultProxy({ target: server.port });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const own = connections();
    onTestFinished(() => own.close());
    const transport = clientTransport({ baseUrl: proxy.url, agent: "claude", connections: own });
    const reading = client(ClaudeService, chained(transport, { interceptors: [resume()] }));
    const messages = reading.streamPlan({})[Symbol.asyncIterator]();
    await messages.next();
    const second = messages.next().catch((error) => error);
    const [broken] = proxy.links;
    proxy.inject({ kind: "reset", afterBytes: 0 });
    proxy.next({ kind: "none" });
    await vi.waitFor(() => expect([...proxy.links].filter((link) => link !== broken)).toHaveLength(1));
    expect(signals[0]!.aborted).toBe(false);
    await messages.return?.();
    expect(await second).toMatchObject({ code: Code.Canceled });
    await vi.waitFor(() => expect(signals[0]!.aborted).toBe(true));
    expect(signals).toHaveLength(1);
    expect(streams.size).toBe(0);
  });
});

/** Does not run dry: here it is the connections that are at fault, not the peer. */
const forever = {
  tokens: 1,
  mayRetry: () => true,
  succeeded: () => {},
  failed: () => {},
  stats: () => ({ tokens: 1, maxTokens: 1, denied: 0 }),
};
