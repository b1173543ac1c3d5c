import http2 from "node:http2";
import { describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { clientTransport } from "../client.ts";
import { serveForTest } from "../testing.ts";

describe("the head of a request", () => {
  // Node calls it a refused stream, which would be sent again for ever.
  it("that is larger than HTTP/2 here can send is this process's own failure, up to the byte", async () => {
    await using server = await serveForTest((router) => router.service(Health, { check: () => ({ status: 1 }) }));
    const health = client(Health, clientTransport({ baseUrl: server.url, agent: "claude" }));
    const call = (bytes: number) => health.check({}, { headers: { "x-large": "x".repeat(bytes) } });
    const failed = (bytes: number) => call(bytes).catch((error) => [failureOf(error)?.reason, originOf(error)]);
    expect(await failed(66_000)).toEqual([Reason.TOO_LARGE, "local"]);
    // Where we let it through, Node must not say otherwise.
    for (let bytes = 64_900; bytes < 65_536; bytes += 16) {
      const outcome = await failed(bytes);
      expect(Array.isArray(outcome) ? outcome : "answered").not.toEqual([Reason.NOT_PROCESSED, "refused"]);
    }
  });
});

describe("what a caller adds to the head", () => {
  it.each(["grpc", "connect"] as const)(
    "is sent in %s, but does not change what the protocol says",
    async (protocol) => {
      let seen = new Headers();
      await using server = await serveForTest((router) =>
        router.service(Health, {
          check(_, { requestHeader }) {
            seen = requestHeader;
            return { status: 1 };
          },
        }),
      );
      const { signal } = new AbortController();
      const health = client(Health, clientTransport({ baseUrl: server.url, agent: "claude", protocol }));
      await health.check({}, { signal });
      const [type, version] = ["content-type", "connect-protocol-version"].map((name) => seen.get(name));
      const headers = new Headers({
        ...{ "content-type": "text/html", te: "gzip", "connect-protocol-version": "9" },
        ...{ "user-agent": "somebody", "x-key": "1", host: "elsewhere" },
      });
      const called = health.check({}, { headers, timeoutMs: 5000 });
      headers.set("x-key", "2");
      await called;
      expect(seen.get("content-type")).toBe(type);
      if (version !== null) expect(seen.get("connect-protocol-version")).toBe(version);
      expect([seen.get("user-agent"), seen.get("x-key"), seen.get("host")]).toEqual(["somebody", "1", null]);
    },
  );
});

describe("a gRPC status", () => {
  it("encodes what can't be printed, and nothing that can", async () => {
    const message = " 50% of «a:b, c»\nfailed ";
    const fail = () => {
      throw new ConnectError(message, Code.NotFound);
    };
    await using server = await serveForTest((router) => router.service(Health, { check: fail }));
    const session = http2.connect(server.url);
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
    });
    stream.end(Buffer.alloc(5));
    const head = await new Promise<http2.IncomingHttpHeaders>((resolve) => stream.once("response", resolve));
    session.destroy();
    expect(head["grpc-message"]).toBe("%2050%25 of %C2%ABa:b, c%C2%BB%0Afailed%20");
    const health = client(Health, clientTransport({ baseUrl: server.url, agent: "claude", protocol: "grpc" }));
    await expect(health.check({})).rejects.toMatchObject({ rawMessage: message, code: Code.NotFound });
  });
});
