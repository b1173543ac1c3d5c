import { type Client, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { Agents } from "#clients/agents.ts";
import { Reason, reasonOf } from "#core/failure.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { agentRoutes } from "./agents.ts";

/** What the agent is told it has, of a call that says so in its header. */
async function told(stated: string | undefined, accept = "application/json") {
  const times: (number | undefined)[] = [];
  const claude: Client<typeof ClaudeService> = createClient(
    ClaudeService,
    createRouterTransport(({ service }) =>
      service(ClaudeService, {
        plan(_, { timeoutMs }) {
          times.push(timeoutMs());
          return {};
        },
        async *streamPlan(_, { timeoutMs }) {
          times.push(timeoutMs());
          yield { event: { attempt: 1, body: { case: "textDelta", value: "a" } } };
        },
      }),
    ),
  );
  const app = new Hono();
  let refused: unknown;
  app.onError((error, c) => {
    refused = error;
    return c.text("refused", 400);
  });
  agentRoutes(app, { claude } as Agents, ConnectError.from);
  const headers = {
    accept,
    "content-type": "application/json",
    ...(stated !== undefined && { "x-request-timeout-ms": stated }),
  };
  const res = await app.request("/api/v1/claude/plan", { method: "POST", headers, body: '{"task": "sort"}' });
  await res.text();
  return { times, refused, status: res.status };
}

describe("X-Request-Timeout-Ms", () => {
  it.each(["application/json", "text/event-stream"])("is what the agent is told it has, %s", async (accept) => {
    const { times } = await told("2000", accept);
    expect(times[0]).toBeGreaterThan(1000);
    expect(times[0]).toBeLessThanOrEqual(2000);
    expect((await told(undefined, accept)).times).toEqual([undefined]);
  });

  it("is cut to what an agent's calls may take", async () => {
    const [ms] = (await told("9999999999")).times;
    expect(ms).toBeLessThanOrEqual(15 * 60_000);
    expect(ms).toBeGreaterThan(14 * 60_000);
  });

  it.each(["0", "-5", "1.5", "soon", "", "1e3"])("is refused when it is %j", async (stated) => {
    const { times, refused } = await told(stated);
    expect(times).toEqual([]);
    expect(reasonOf(refused)).toBe(Reason.INVALID_INPUT);
  });
});
