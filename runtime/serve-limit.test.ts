import { ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { type ServeOptions, serve } from "./serve.ts";

const opened = (options: Partial<ServeOptions> = {}) =>
  serve({
    name: "claude",
    host: "127.0.0.1",
    port: 0,
    services: [ClaudeService],
    routes: (router) => router.service(ClaudeService, { plan: ({ task }) => ({ plan: { summary: task } }) }),
    ready: async () => ({ ready: true }),
    log: openLog("test", "silent"),
    metrics: openMetrics(),
    ...options,
  });
const client = (url: string) => createClient(ClaudeService, createConnectTransport({ httpVersion: "2", baseUrl: url }));

describe("what a process takes at a time", () => {
  it("sheds what is more than its limit, in the words of the schema, while health answers on", async () => {
    const finish = Promise.withResolvers<void>();
    const began = vi.fn();
    const served = await opened({
      limit: { initialLimit: 2, minLimit: 2 },
      routes: (router) =>
        router.service(ClaudeService, {
          async plan() {
            began();
            await finish.promise;
            return {};
          },
        }),
    });
    const transport = createConnectTransport({ httpVersion: "2", baseUrl: served.url });
    const claude = createClient(ClaudeService, transport);
    const taken = [claude.plan({ task: "x" }), claude.plan({ task: "x" })];
    await vi.waitFor(() => expect(began).toHaveBeenCalledTimes(2));
    const error = await claude.plan({ task: "x" }).catch((error) => ConnectError.from(error));
    expect(failureOf(error)).toMatchObject({ reason: Reason.SHED, agent: "claude" });
    expect(Number((error as ConnectError).metadata.get("grpc-retry-pushback-ms"))).toBeGreaterThan(0);
    expect((await createClient(Health, transport).check({})).status).toBe(1);
    const page = await (await fetch(`${served.url}/metrics`)).text();
    expect(page).toMatch(/^synapse_limit 2$/m);
    expect(page).toMatch(/^synapse_limit_inflight 2$/m);
    expect(page).toMatch(/^synapse_shed_total\{criticality="CRITICAL"\} 1$/m);
    finish.resolve();
    await Promise.all(taken);
    await served.drain();
  });

  it.each([undefined, "stock"] as const)(
    "takes a burst of 500 quick calls over one connection, rpc %s",
    async (rpc) => {
      const served = await opened(rpc === undefined ? {} : { rpc });
      const claude = client(served.url);
      const answers = await Promise.all(Array.from({ length: 500 }, (_, at) => claude.plan({ task: `${at}` })));
      expect(new Set(answers.map(({ plan }) => plan?.summary)).size).toBe(500);
      await served.drain();
    },
  );
});
