import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { framePeer } from "../faults/frame-peer.ts";
import { streamPeer } from "../faults/stream-peer.ts";
import { envelope, enveloped, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { brokenAfter, withoutMoment } from "./outcome.ts";

/** What an HTTP status means that comes without words of the protocol; the same in both protocols' documents. */
const statuses: [number, string][] = [
  [400, "Internal"],
  [401, "Unauthenticated"],
  [403, "PermissionDenied"],
  [404, "Unimplemented"],
  [429, "Unavailable"],
  [500, "Unknown"],
  [502, "Unavailable"],
  [503, "Unavailable"],
  [504, "Unavailable"],
];

describe.each(wires)("an answer over $protocol $kind", (wire) => {
  it.each(statuses)("of a proxy, HTTP %i in HTML, is %s with its metadata", async (status, code) => {
    await using peer = await streamPeer((stream) => {
      stream.respond({ ":status": status, "content-type": "text/html", "retry-after": "7" });
      stream.end("<h1>no</h1>");
    });
    using claude = caller(peer.url, wire.protocol);
    const { end, error } = await claude.call(wire.kind);
    expect(end).toBe(`${code} none peer`);
    expect(error?.metadata.get("retry-after")).toBe("7");
  });

  it("of a proxy, in JSON of its own, keeps its metadata", async () => {
    await using peer = await streamPeer((stream) => {
      stream.respond({ ":status": 429, "content-type": "application/json", "retry-after": "7" });
      stream.end('{"error":"too many requests"}');
    });
    using claude = caller(peer.url, wire.protocol);
    const { end, error } = await claude.call(wire.kind);
    expect(end).toBe("Unavailable none peer");
    expect(error?.metadata.get("retry-after")).toBe("7");
  });

  it("of 200 with another content type is none", async () => {
    await using peer = await streamPeer((stream) => {
      stream.respond({ ":status": 200, "content-type": "text/html" });
      stream.end("<h1>welcome to the wifi of this hotel</h1>");
    });
    using claude = caller(peer.url, wire.protocol);
    const { end, error } = await claude.call(wire.kind);
    expect(end).toMatch(/ (peer|broken-after-headers)$/);
    expect(error?.rawMessage).toContain("text/html");
  });

  it("whose message can't be read is Internal, and the connection stays", async () => {
    const bad = Buffer.from([0xff, 0xff, 0xff, 0xff]);
    const message = wire.protocol === "connect" && wire.kind === "unary" ? bad : envelope(0, bad);
    await using peer = await framePeer((stream) => {
      stream.headers(wire.headers);
      stream.data(Buffer.concat([message, wire.end]), wire.trailers === undefined);
      if (wire.trailers !== undefined) stream.headers(wire.trailers, true);
    });
    using claude = caller(peer.url, wire.protocol);
    for (let call = 0; call < 2; call++) {
      expect((await claude.call(wire.kind)).end).toBe("Internal CONNECTION_LOST broken-after-headers");
    }
    expect(peer.connections.length).toBe(1);
  });

  it("larger than is taken is refused here, and no more of it is read", async () => {
    await using peer = await streamPeer((stream) => {
      stream.respond({ ...wire.headers });
      const big = Buffer.alloc(1 << 20);
      stream.write(wire.protocol === "connect" && wire.kind === "unary" ? big : envelope(0, big));
    });
    using claude = caller(peer.url, wire.protocol, { client: { maxBytes: 1000 } });
    expect((await claude.call(wire.kind)).end).toBe("ResourceExhausted TOO_LARGE local");
    await expect.poll(() => claude.connections.stats().open).toBe(0);
  });

  it("that ends within a message is broken", async () => {
    if (wire.protocol === "connect" && wire.kind === "unary") return;
    await using peer = await framePeer((stream) => {
      stream.headers(wire.headers);
      stream.data(wire.message.subarray(0, -1), wire.trailers === undefined);
      if (wire.trailers !== undefined) stream.headers(wire.trailers, true);
    });
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind)).end).toMatch(/ broken-after-headers$/);
  });
});

describe.each(enveloped)("an answer over $protocol $kind", (wire) => {
  it.each(["own", "stock"] as const)("that lacks its end is a lost connection, %s", async (rpc) => {
    await using peer = await framePeer((stream) => {
      stream.headers(wire.headers);
      stream.data(wire.message, true);
    });
    using claude = caller(peer.url, wire.protocol, { client: { rpc } });
    const { end } = await claude.call(wire.kind);
    expect(rpc === "own" ? end : withoutMoment(end)).toBe(rpc === "own" ? brokenAfter : withoutMoment(brokenAfter));
  });

  it("whose trailers lack the status is a lost connection", async () => {
    await using peer = await framePeer((stream) => {
      stream.headers(wire.headers);
      stream.data(wire.message);
      stream.headers({ "x-other": "1" }, true);
    });
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind)).end).toBe(brokenAfter);
  });
});

describe("an error a peer answers with", () => {
  it.each(["unary", "stream"] as const)("comes as gRPC's trailers only, %s", async (kind) => {
    await using peer = await framePeer((stream) => {
      const status = { "grpc-status": "5", "grpc-message": "no%20such%20thing", "retry-after": "3" };
      stream.headers({ ":status": "200", "content-type": "application/grpc+proto", ...status }, true);
    });
    for (const rpc of ["own", "stock"] as const) {
      using claude = caller(peer.url, "grpc", { client: { rpc } });
      const { end, error } = await claude.call(kind);
      expect(end, rpc).toBe("NotFound none peer");
      expect(error?.rawMessage).toBe("no such thing");
      expect(error?.metadata.get("retry-after")).toBe("3");
    }
  });

  it("keeps its code, words, details and metadata", async () => {
    const { serveForTest } = await import("#rpc/testing.ts");
    const { Health } = await import("#gen/grpc/health/v1/health_pb.ts");
    const said = () => {
      const error = failure(Reason.COMMAND_FORBIDDEN, "not so: ünder no circumstances, 100%", { agent: "codex" });
      error.metadata.set("x-hint", "read the manual");
      return error;
    };
    await using server = await serveForTest((router) =>
      router.service(Health, {
        check: () => Promise.reject(said()),
        async *watch() {
          yield { status: 1 };
          throw said();
        },
      }),
    );
    for (const { protocol, kind } of wires) {
      using claude = caller(server.url, protocol);
      const { error, ...end } = await claude.call(kind);
      const messages = kind === "stream" ? 1 : 0;
      expect(end).toEqual({ end: "PermissionDenied COMMAND_FORBIDDEN peer", messages });
      expect(error).toBeInstanceOf(ConnectError);
      expect(error?.code).toBe(Code.PermissionDenied);
      expect(error?.rawMessage).toBe("not so: ünder no circumstances, 100%");
      expect(error?.metadata.get("x-hint")).toBe("read the manual");
    }
  });
});
