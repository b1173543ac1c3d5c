// What all agents have in common: a broken stream is gone on with, a repeated call is answered from the store, and both are one call.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Code, type ConnectError, failureOf, Reason } from "#core/failure.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { anew } from "#resilience/resume/headers.ts";
import { numbered, numberOf, serving, upTo } from "#resilience/resume/testing.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { agentParts } from "./agent.ts";
import { readConfig } from "./config.ts";

function folder() {
  const made = mkdtempSync(join(tmpdir(), "synapse-test-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** An agent that counts to 6 and stops before 4 until it is let. */
function agent(dir: string) {
  const gate = Promise.withResolvers<void>();
  const ran = vi.fn();
  const tools = {
    config: readConfig({ SYNAPSE_DATA_DIR: dir }),
    log: openLog("claude", "silent"),
    metrics: openMetrics(),
  };
  const parts = agentParts("claude", tools, {
    services: [ClaudeService],
    routes: (router) =>
      router.service(ClaudeService, {
        async *streamPlan() {
          ran();
          for (const n of upTo(6)) {
            if (n === 4) await gate.promise;
            yield numbered(n);
          }
        },
      }),
    ready: async () => ({ ready: true, details: {} }),
  });
  onTestFinished(() => parts.close?.());
  const transport = serving((router) => parts.routes(router, new AbortController().signal));
  const client = createClient(ClaudeService, transport);

  /** Reads to the end, or until so many messages came, and then loses the connection. */
  async function read(headers: Record<string, string>, until = 99) {
    const connection = new AbortController();
    let header = new Headers();
    const got: number[] = [];
    try {
      const onHeader = (given: Headers) => (header = given);
      for await (const message of client.streamPlan({}, { headers, onHeader, signal: connection.signal })) {
        got.push(numberOf(message));
        if (got.length === until) connection.abort();
      }
    } catch (error) {
      return { got, header, code: Code[(error as ConnectError).code], reason: failureOf(error)?.reason };
    }
    return { got, header };
  }
  return { read, gate, ran, close: () => parts.close?.() };
}

const onwards = ({ header }: { header: Headers }, next: number) => ({
  "synapse-resume": header.get("synapse-stream")!,
  "synapse-resume-from": `${header.get("synapse-epoch")}:${next}`,
});

describe("an agent", () => {
  it("goes on with a broken stream while its key's work is under way, and answers the key from the store afterwards", async () => {
    const { read, gate, ran } = agent(folder());
    const keyed = { "idempotency-key": "k" };
    const broken = await read({ ...keyed, "synapse-resume": anew }, 2);
    expect(broken.got).toEqual([1, 2]);
    const rest = read({ ...keyed, ...onwards(broken, 3) });
    gate.resolve();
    expect((await rest).got).toEqual([3, 4, 5, 6]);
    const again = await read({ ...keyed, "synapse-resume": anew });
    expect(again.got).toEqual(upTo(6));
    expect(again.header.get("synapse-replayed")).toBe("true");
    expect((await read(keyed)).got).toEqual(upTo(6));
    expect(ran).toHaveBeenCalledOnce();
  });

  it("has lost its streams after a restart, says so, and still knows the answers it finished", async () => {
    const dir = folder();
    const first = agent(dir);
    first.gate.resolve();
    const whole = await first.read({ "idempotency-key": "k", "synapse-resume": anew });
    await first.close();
    const second = agent(dir);
    expect(await second.read(onwards(whole, 3))).toMatchObject({
      got: [],
      code: "FailedPrecondition",
      reason: Reason.EPOCH_LOST,
    });
    expect((await second.read({ "idempotency-key": "k", "synapse-resume": anew })).got).toEqual(upTo(6));
    expect(second.ran).not.toHaveBeenCalled();
  });
});
