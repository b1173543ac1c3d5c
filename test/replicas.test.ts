// Two replicas of an agent behind one gateway: one is killed, and nobody who calls notices.
import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import type { AgentStatus } from "#gen/synapse/v1/operations_pb.ts";
import { clientTransport } from "#rpc/client.ts";
import { startProcess, startSystem } from "./system.ts";

describe("replicas", () => {
  it("share the calls; after one is killed every call is answered, and status and metrics tell why", async () => {
    const second = await startProcess("claude", { SYNAPSE_CLAUDE_PORT: "0", SYNAPSE_DRAIN_DELAY_MS: "0" });
    await using system = await startSystem({}, { claude: [second.url] });
    const { gateway, processes } = system;
    const claude = createClient(ClaudeService, clientTransport({ baseUrl: gateway.url, agent: "gateway" }));
    const plan = async () => (await claude.plan({ task: "sort 3, 1, 2" })).plan?.summary;
    const status = async () => (await gateway.operations.getStatus({})).agents.find(({ agent }) => agent === "claude")!;

    const many = () => Promise.all(Array.from({ length: 40 }, plan));

    expect((await many()).every(Boolean)).toBe(true);
    const both = await status();
    expect(both.endpoints.map(({ url }) => url).sort()).toEqual([processes.claude.url, second.url].sort());
    expect(both.endpoints.every(({ ready, picks }) => ready && picks >= 5n)).toBe(true);
    expect(both.timeouts.map(({ method }) => method)).toEqual(["synapse.v1.ClaudeService/Plan"]);

    await system.kill("claude");
    expect((await many()).every(Boolean)).toBe(true);
    const one = await status();
    expect(one.ready).toBe(true);
    expect(one.calls).toMatchObject({ ok: 80n, failed: 0n });
    expect(endpoint(one, processes.claude.url)).toMatchObject({ ready: false });
    expect(endpoint(one, second.url)).toMatchObject({ ready: true, inFlight: 0 });

    const watched = gateway.operations.watchStatus({ interval: { nanos: 1e8 } })[Symbol.asyncIterator]();
    for (const _ of [1, 2]) expect((await watched.next()).value?.status?.agents).toHaveLength(3);
    await watched.return?.();

    const page = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(page).toMatch(/synapse_client_calls_total\{agent="claude",ended="ok"\} 80/);
    expect(page).toContain(`synapse_lb_picks_total{agent="claude",endpoint="${second.url}"}`);
    second.child.kill();
  });
});

function endpoint(status: AgentStatus, url: string) {
  return status.endpoints.find((each) => each.url === url);
}
