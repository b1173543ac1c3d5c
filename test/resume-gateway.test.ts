// Through the whole system: a caller's connection to the gateway, and the gateway's to an agent, break in the middle of a stream.
import { once } from "node:events";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { gatewayClient } from "#clients/gateway.ts";
import { stack } from "#clients/stack.ts";
import { client } from "#core/callable.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { RunState } from "#gen/synapse/v1/run_pb.ts";
import { type TcpFaultProxy, tcpFaultProxy } from "#resilience/testing/tcp-fault-proxy.ts";
import { isLast } from "#store/projection.ts";
import { startProcess, startSystem } from "./system.ts";

const lines = 30;
const script = `let n = 0; const timer = setInterval(() => { console.log(++n); if (n === ${lines}) clearInterval(timer); }, 20)`;
const argv = { form: { case: "argv" as const, value: { args: ["node", "-e", script] } } };

async function proxied(port: number): Promise<TcpFaultProxy> {
  const proxy = await tcpFaultProxy({ target: port });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

describe("a stream through gateway and agent", () => {
  it("goes on after either connection broke: what the command wrote comes once, and it ran once", async () => {
    const codex = await startProcess("codex", { SYNAPSE_CODEX_PORT: "0", SYNAPSE_DRAIN_DELAY_MS: "0" });
    onTestFinished(() => void codex.child.kill());
    const behind = await proxied(codex.port);
    await using system = await startSystem({}, {}, { codex: behind.url });
    const before = await proxied(system.processes.gateway.port);
    const transport = stack({
      agent: "gateway",
      endpoints: [{ url: before.url }],
      services: [CodexService],
      config: { defaults: { attemptTimeout: { floorMs: 30_000 } } },
    });
    onTestFinished(() => transport.close(0));
    const calling = client(CodexService, transport);
    let said = "";
    let result: string | undefined;
    let at = 0;
    for await (const { event } of calling.streamExecute({ request: { command: argv } })) {
      if (event?.body.case === "commandOutput") {
        said += event.body.value.text;
        at++;
        if (at === 4) before.inject({ kind: "reset", afterBytes: 0 });
        if (at === 8) behind.inject({ kind: "reset", afterBytes: 0 });
        for (const proxy of [before, behind]) proxy.next({ kind: "none" });
      }
      if (event?.body.case === "result" && event.body.value.value.case === "execution") {
        result = event.body.value.value.value.stdout;
      }
    }
    const numbers = `${Array.from({ length: lines }, (_, n) => n + 1).join("\n")}\n`;
    expect(said).toBe(numbers);
    expect(result).toBe(numbers);
    expect(transport.getMetrics().streams).toEqual({ resumed: 1, reset: 0 });
    const { agents } = await system.gateway.operations.getStatus({});
    expect(agents.find(({ agent }) => agent === "codex")?.calls?.resumed).toBe(1n);
  });
});

describe("a watcher of a run", () => {
  it("sees every event once though its connection breaks and the gateway is started again", async () => {
    await using system = await startSystem();
    const proxy = await proxied(system.processes.gateway.port);
    const { workflow, transport } = gatewayClient(proxy.url);
    onTestFinished(() => transport.close(0));
    const { run } = await workflow.createRun({ task: "fizzbuzz up to 15" });
    const seqs: bigint[] = [];
    let restarted: Promise<void> | undefined;
    for await (const { message } of workflow.watchRun({ runId: run!.runId }, { timeoutMs: Number.POSITIVE_INFINITY })) {
      if (message.case !== "event") continue;
      seqs.push(message.value.seq);
      if (message.value.seq === 3n) {
        proxy.inject({ kind: "reset", afterBytes: 0 });
        proxy.next({ kind: "none" });
      }
      if (message.value.seq === 6n) {
        await system.kill("gateway");
        restarted = system.restart("gateway");
      }
      if (isLast(message.value)) break;
    }
    await restarted;
    expect(seqs).toEqual(Array.from(seqs, (_, n) => BigInt(n + 1)));
    await vi.waitFor(async () => expect((await workflow.getRun({ runId: run!.runId })).run?.outcome).toBe(1));
  });
});

describe("a gateway that is started to read", () => {
  // Found by looking at a run whose processes had been killed: it went on, and asked a model that costs money.
  it("shows a run that was left open, and leaves it as it is", async () => {
    await using system = await startSystem();
    const { run } = await system.gateway.workflow.createRun({ task: "fizzbuzz up to 15", approve: ["code"] });
    const { runId } = run!;
    await vi.waitUntil(async () => (await system.gateway.workflow.getRun({ runId })).run?.state === RunState.WAITING);
    await system.kill("gateway");
    const before = await shown(system.dataDir, runId);
    expect(await shown(system.dataDir, runId)).toEqual(before);
    expect(before?.state).toBe(RunState.WAITING);
  });
});

async function shown(dataDir: string, runId: string) {
  const environment = { SYNAPSE_DATA_DIR: dataDir, SYNAPSE_DRAIN_DELAY_MS: "0", SYNAPSE_RESUME: "off" };
  const { url, child } = await startProcess("gateway", { ...environment, SYNAPSE_GATEWAY_PORT: "0" });
  try {
    return (await gatewayClient(url).workflow.getRun({ runId })).run;
  } finally {
    const left = once(child, "exit");
    child.kill();
    await left;
  }
}
