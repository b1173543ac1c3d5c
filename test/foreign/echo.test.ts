import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Code } from "#core/failure.ts";
import { enveloped } from "../contract/canned.ts";
import { Echo, PingSchema } from "../contract/echo.ts";
import { failed } from "../contract/pairs.ts";
import { command } from "./command.ts";
import { type ServedEcho, servedEcho } from "./served-echo.ts";

let server: ServedEcho;
beforeAll(async () => {
  server = await servedEcho();
});
afterAll(() => server[Symbol.asyncDispose]());

describe("grpcio", () => {
  it("calls in all four ways, packed and plain, and sees errors, deadlines and cancels", async () => {
    const { left } = server;
    const { stdout, stderr } = await command("/usr/bin/python3", [
      "test/foreign/echo-client.py",
      `127.0.0.1:${server.port}`,
    ]);
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe("ok");
    // Two deadlines and a cancel.
    await expect.poll(() => server.left).toBe(left + 3);
  });
});

describe("connect-web", () => {
  it.each([
    ["Connect", createConnectTransport, {}],
    ["Connect, binary", createConnectTransport, { useBinaryFormat: true }],
    ["Connect with GET", createConnectTransport, { useHttpGet: true }],
    ["gRPC-Web", createGrpcWebTransport, {}],
    ["gRPC-Web, JSON", createGrpcWebTransport, { useBinaryFormat: false }],
  ])("calls over %s, and reads streams and errors", async (_, transport, options) => {
    const echo = createClient(Echo, transport({ baseUrl: server.url, ...options }));
    expect((await echo.look({ text: "grüße", number: -5n })).number).toBe(-5n);
    const seen: bigint[] = [];
    for await (const { number } of echo.serverStream({ number: 500n })) seen.push(number);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, at) => BigInt(at)));
    const error = await failed(echo.unary({ text: "fail" }));
    expect([error.code, error.rawMessage, error.metadata.get("x-error")]).toEqual([
      Code.FailedPrecondition,
      "grüße 100 %",
      "told",
    ]);
    expect(error.findDetails(PingSchema)[0]?.text).toBe("a detail");
    const { left } = server;
    expect((await failed(echo.unary({ text: "wait" }, { timeoutMs: 150 }))).code).toBe(Code.DeadlineExceeded);
    await expect.poll(() => server.left).toBe(left + 1);
  });
});

describe("nghttp2", () => {
  const message = toBinary(PingSchema, create(PingSchema, { text: "x".repeat(100) }));

  it.each([
    ["application/proto", message],
    ["application/grpc+proto", enveloped(message)],
  ])("loads with %s over 4 connections of 100 streams, and no request fails", async (type, body) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "echo-"));
    const file = join(folder.path, "body");
    await writeFile(file, body);
    const load = ["-n", "4000", "-c", "4", "-m", "100", "-H", `content-type: ${type}`, "-d", file];
    const { stdout } = await command("h2load", [...load, `${server.url}/contract.Echo/Unary`]);
    expect(stdout).toMatch(/4000 succeeded, 0 failed, 0 errored, 0 timeout/);
    expect(stdout).toMatch(/status codes: 4000 2xx/);
  });

  it("sees a gRPC call's headers, message and trailers", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "echo-"));
    const file = join(folder.path, "body");
    await writeFile(file, enveloped(message));
    const asked = ["-nv", "--no-dep", "-H", "content-type: application/grpc+proto", "-H", "te: trailers", "-d", file];
    const { stdout } = await command("nghttp", [...asked, `${server.url}/contract.Echo/Unary`]);
    expect(stdout).toMatch(/:status: 200/);
    expect(stdout).toMatch(/x-trail: behind/);
    expect(stdout).toMatch(/grpc-status: 0/);
    expect(stdout).toMatch(/recv RST_STREAM|END_STREAM/);
    expect(stdout).not.toMatch(/PROTOCOL_ERROR/);
  });
});
