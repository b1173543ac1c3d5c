import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { describe, expect, it, vi } from "vitest";
import type { Interceptor } from "#core/call.ts";
import { failureOf, Reason } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { deadline } from "./deadline.ts";
import { serveForTest } from "./testing.ts";

const never = () => new Promise<never>(() => {});
const transports = { connect: createConnectTransport, grpc: createGrpcTransport };

describe.each(Object.entries(transports))("deadline over %s", (_, createTransport) => {
  it("answers deadline_exceeded though the handler ignores its signal", async () => {
    await using server = await serveForTest((router) => router.service(Health, { check: never }), [deadline()]);
    // 50 ms on the wire only: the server has to end the call, the client itself would wait.
    const stated: Interceptor = (next) => (req) => {
      if (req.header.has("grpc-timeout")) req.header.set("grpc-timeout", "50m");
      else req.header.set("connect-timeout-ms", "50");
      return next(req);
    };
    const transport = createTransport({ httpVersion: "2", baseUrl: server.url, interceptors: [stated] });
    const call = createClient(Health, transport).check({}, { timeoutMs: 15_000 });
    await expect(call).rejects.toMatchObject({ code: Code.DeadlineExceeded });
  });

  it("aborts the handler's signal, and what the handler throws of it is deadline_exceeded", async () => {
    const seen = vi.fn();
    const check = (_: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => {
          seen();
          reject(new DOMException("This operation was aborted", "AbortError"));
        });
      });
    await using server = await serveForTest(
      (router) => router.service(Health, { check }),
      [deadline({ defaultMs: 50 })],
    );
    const client = createClient(Health, createTransport({ httpVersion: "2", baseUrl: server.url }));
    await expect(client.check({})).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    expect(seen).toHaveBeenCalledOnce();
  });

  it("cuts a deadline above the maximum instead of refusing it", async () => {
    await using server = await serveForTest(
      (router) => router.service(Health, { check: never }),
      [deadline({ maxMs: 50 })],
    );
    const client = createClient(Health, createTransport({ httpVersion: "2", baseUrl: server.url }));
    const error = await client.check({}, { timeoutMs: 3_600_000 }).catch((e) => e);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    expect(failureOf(error)?.reason).toBe(Reason.DEADLINE);
  });

  it("ends a stream that has gone silent", async () => {
    async function* watch() {
      yield { status: 1 as const };
      await never();
    }
    await using server = await serveForTest(
      (router) => router.service(Health, { watch }),
      [deadline({ defaultMs: 50 })],
    );
    const client = createClient(Health, createTransport({ httpVersion: "2", baseUrl: server.url }));
    const seen: number[] = [];
    const read = async () => {
      for await (const { status } of client.watch({})) seen.push(status);
    };
    await expect(read()).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    expect(seen).toEqual([1]);
  });

  it("leaves an unbounded stream alone", async () => {
    async function* watch() {
      for (let i = 0; i < 3; i++) {
        yield { status: 1 as const };
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const interceptor = deadline({ defaultMs: 0, unbounded: (method) => method === Health.method.watch });
    await using server = await serveForTest((router) => router.service(Health, { watch }), [interceptor]);
    const client = createClient(Health, createTransport({ httpVersion: "2", baseUrl: server.url }));
    let count = 0;
    for await (const _ of client.watch({})) count++;
    expect(count).toBe(3);
  });
});
