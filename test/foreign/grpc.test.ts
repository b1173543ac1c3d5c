import { credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type System, startSystem } from "../system.ts";
import { command } from "./command.ts";
import { rpc } from "./rpc.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem({ SYNAPSE_RPC: rpc });
});
afterAll(() => system[Symbol.asyncDispose]());

const task = "print the first 20 Fibonacci numbers";
const buf = (...args: string[]) => command("node_modules/.bin/buf", ["curl", ...args]);
const matrix = ["grpc", "grpcweb", "connect"].flatMap((protocol) =>
  ["grpc-v1", "grpc-v1alpha"].map((reflection) => [protocol, reflection] as const),
);

describe("buf curl", () => {
  it.each(matrix)("calls Plan and StreamPlan over %s with %s", async (protocol, reflection) => {
    const common = ["--http2-prior-knowledge", "--protocol", protocol, "--reflect", "--reflect-protocol", reflection];
    const base = system.processes.claude.url;
    const plan = await buf(...common, "-d", JSON.stringify({ task }), `${base}/synapse.v1.ClaudeService/Plan`);
    expect(JSON.parse(plan.stdout).plan.summary).toMatch(/fibonacci/i);
    const stream = await buf(
      ...common,
      "-d",
      JSON.stringify({ request: { task } }),
      `${base}/synapse.v1.ClaudeService/StreamPlan`,
    );
    expect(stream.stdout).toContain('"result"');
  });

  it.each(["claude", "gemini", "codex", "gateway"] as const)("lists the services of %s", async (name) => {
    const { stdout } = await buf("--http2-prior-knowledge", "--list-services", system.processes[name].url);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["grpc.health.v1.Health"]));
    expect(stdout).toContain("synapse.v1.");
  });

  it("asks the gateway how all are doing", async () => {
    const url = `${system.processes.gateway.url}/synapse.v1.OperationsService/GetStatus`;
    const status = JSON.parse((await buf("--http2-prior-knowledge", "--protocol", "grpc", "-d", "{}", url)).stdout);
    expect(status).toMatchObject({ ready: true, version: "0.1.0" });
    const agents = status.agents.map(({ agent, ready, engine }: Record<string, unknown>) => ({ agent, ready, engine }));
    expect(agents).toEqual(
      ["claude", "gemini", "codex"].map((agent) => ({ agent, ready: true, engine: "builtin:recipes" })),
    );
    expect(status.agents[2].sandbox).toMatch(/bwrap|quickjs/);
  });

  it("gets a typed error with its violations", async () => {
    const { code, stderr } = await buf(
      "--http2-prior-knowledge",
      "--protocol",
      "grpc",
      "-d",
      "{}",
      `${system.processes.claude.url}/synapse.v1.ClaudeService/Plan`,
    );
    expect(code).not.toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({
      code: "invalid_argument",
      details: [{ type: "synapse.v1.Failure" }, { type: "buf.validate.Violations" }],
    });
  });
});

describe("grpc-js", () => {
  function claude() {
    const definition = loadSync("synapse/v1/claude.proto", {
      includeDirs: ["proto"],
      keepCase: true,
      defaults: true,
      oneofs: true,
    });
    const loaded = loadPackageDefinition(definition) as unknown as {
      synapse: { v1: { ClaudeService: ServiceClientConstructor } };
    };
    return new loaded.synapse.v1.ClaudeService(new URL(system.processes.claude.url).host, credentials.createInsecure());
  }

  it("calls Plan, and reads StreamPlan to its end", async () => {
    const client = claude();
    const plan = await new Promise<{ plan: { steps: string[] } }>((resolve, reject) =>
      client.Plan!({ task }, (error: Error | null, value: never) => (error ? reject(error) : resolve(value))),
    );
    expect(plan.plan.steps.length).toBeGreaterThan(0);
    const events: { event: { body: string } }[] = [];
    for await (const event of client.StreamPlan!({ request: { task } })) events.push(event);
    expect(events.at(-1)?.event.body).toBe("result");
    client.close();
  });

  it("gets the status of an error", async () => {
    const client = claude();
    const code = await new Promise((resolve) =>
      client.Plan!({ task: "" }, (error: { code: number } | null) => resolve(error?.code)),
    );
    expect(code).toBe(3);
    client.close();
  });
});

describe("grpcio", () => {
  it("calls Plan over gRPC, checks health, and sees a deadline", async () => {
    const script = `
import grpc, sys
channel = grpc.insecure_channel(sys.argv[1])
raw = lambda b: b
plan = channel.unary_unary("/synapse.v1.ClaudeService/Plan", request_serializer=raw, response_deserializer=raw)
task = sys.argv[2].encode()
answer = plan(b"\\x0a" + bytes([len(task)]) + task, timeout=10)
assert b"ibonacci" in answer, answer
health = channel.unary_unary("/grpc.health.v1.Health/Check", request_serializer=raw, response_deserializer=raw)
assert health(b"", timeout=10) == b"\\x08\\x01"
try:
    plan(b"", timeout=10)
    raise SystemExit("an empty task was taken")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
watch = channel.unary_stream("/grpc.health.v1.Health/Watch", request_serializer=raw, response_deserializer=raw)
try:
    for message in watch(b"", timeout=0.3):
        assert message == b"\\x08\\x01"
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
print("ok")
`;
    const { stdout, stderr } = await command("/usr/bin/python3", [
      "-c",
      script,
      new URL(system.processes.claude.url).host,
      task,
    ]);
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe("ok");
  });
});
