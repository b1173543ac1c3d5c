import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { serveForTest } from "#rpc/testing.ts";
import { type Served as Process, serve } from "#runtime/serve.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { rawAnswer, rawCall, rawSession, requestBody } from "../faults/raw-call.ts";
import { type Wire, wires } from "../faults/wires.ts";
import { served } from "./served.ts";

const bad = { connect: ["abc", "-5", "1.5", "", "12345678901"], grpc: ["10", "m", "1x", "123456789S", "-1m", ""] };
const header = { connect: "connect-timeout-ms", grpc: "grpc-timeout" };

/** One call of the wire at the address. */
async function called(url: string, wire: Wire, headers: Record<string, string> = {}) {
  using session = rawSession(url);
  const stream = rawCall(session, wire, headers);
  stream.end(requestBody(wire));
  return await rawAnswer(stream, wire);
}

describe.each(wires)("a deadline that can't be read over $protocol $kind", (wire) => {
  it.each(bad[wire.protocol])("is refused in the words of the protocol: %j", async (value) => {
    await using server = await served();
    const { code } = await called(server.url, wire, { [header[wire.protocol]]: value });
    expect(code).toBe("InvalidArgument");
    expect(server.begun).toBe(0);
  });
});

describe("who may call a process", () => {
  let process: Process;
  beforeAll(async () => {
    process = await serve({
      name: "claude",
      host: "127.0.0.1",
      port: 0,
      services: [],
      routes: () => {},
      ready: async () => ({ ready: true }),
      log: openLog("test", "silent"),
      metrics: openMetrics(),
      origin: { hosts: ["claude"], origins: ["https://app.example.com"] },
    });
  });
  afterAll(() => process.drain());
  // A health watch has no end of its own.
  const unary = wires.filter(({ kind }) => kind === "unary");

  it.each(unary)("is asked of every call over $protocol", async (wire) => {
    const code = async (headers: Record<string, string>) => (await called(process.url, wire, headers)).code;
    expect(await code({ ":authority": "evil.example.com" })).toBe("PermissionDenied");
    // The first is no name at all: HTTP/2 itself resets the stream.
    expect(await code({ ":authority": "a b[" })).toBe("none");
    expect(await code({ ":authority": "a:999999" })).toBe("InvalidArgument");
    expect(await code({ origin: "https://evil.example.com" })).toBe("PermissionDenied");
    expect(await code({ ":authority": "claude:1" })).toBe("ok");
    expect(await code({ origin: "https://app.example.com" })).toBe("ok");
    expect(await code({})).toBe("ok");
  });
});

describe.each(wires)("an answer that HTTP/2 can't carry over $protocol $kind", (wire) => {
  it.each(["header", "trailer"] as const)("because of a %s ends the call, not the process", async (where) => {
    let hasAnswered = false;
    const spoil = ({ responseHeader, responseTrailer }: { responseHeader: Headers; responseTrailer: Headers }) => {
      if (!hasAnswered) (where === "header" ? responseHeader : responseTrailer).set("te", "gzip");
      hasAnswered = true;
    };
    await using server = await serveForTest((router) =>
      router.service(Health, {
        check(_, context) {
          spoil(context);
          return { status: 1 };
        },
        async *watch(_, context) {
          spoil(context);
          yield { status: 1 };
        },
      }),
    );
    const { code } = await called(server.url, wire);
    // A Connect trailer travels in the body, or as a header with a prefix: that can be carried.
    expect(["ok", "Internal", "none"]).toContain(code);
    expect((await called(server.url, wire)).code).toBe("ok");
  });
});
