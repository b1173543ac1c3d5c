import { describe, expect, it } from "vitest";
import type { AnyResponse, Interceptor } from "#core/call.ts";
import { h2Code } from "../faults/frames.ts";
import { answer, streamPeer } from "../faults/stream-peer.ts";
import { wireOf, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, brokenAfter, ended, refused } from "./outcome.ts";

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe.each(wires)("an interceptor over $protocol $kind", (wire) => {
  // Facts F4 and P9: the stock transport states the first deadline on every attempt.
  it("that waits, or sends again, states the time that is left", async () => {
    const told: number[] = [];
    await using peer = await streamPeer((stream, headers, nth) => {
      told.push(Number.parseInt(String(headers["connect-timeout-ms"] ?? headers["grpc-timeout"]), 10));
      if (nth === 1) stream.close(h2Code.refusedStream);
      else answer(stream, wireOf(headers));
    });
    const slow: Interceptor = (next) => async (req) => {
      await turns(50);
      return next(req);
    };
    using claude = caller(peer.url, wire.protocol, { client: { interceptors: [slow], resend: true } });
    const { end } = await claude.call(wire.kind, { timeoutMs: 8000 });
    // A stream is not sent again: whoever began to read it would read its beginning twice.
    expect(end).toBe(wire.kind === "unary" ? answered : refused);
    expect(told[0]).toBeLessThan(8000);
    if (wire.kind === "unary") expect(told[1]).toBeLessThanOrEqual(told[0]!);
  });

  // nodejs/node 65677 with the stock transport: "Premature close" after all messages had come.
  it("that pauses between an answer and its reading loses nothing of it, in 20 calls", async () => {
    await using peer = await streamPeer((stream, headers) => answer(stream, wireOf(headers)));
    const pause: Interceptor = (next) => async (req) => {
      const res = await next(req);
      await turns(100);
      return res;
    };
    using claude = caller(peer.url, wire.protocol, { client: { interceptors: [pause] } });
    for (let call = 0; call < 20; call++) expect(await claude.call(wire.kind)).toEqual({ end: answered, messages: 1 });
  });

  // Facts F6: the call of a stream has succeeded when its headers are there; its end is in its reading.
  it("sees a stream's end where it is read", async () => {
    await using peer = await streamPeer((stream) => {
      stream.respond({ ...wire.headers });
      stream.write(wire.message);
      setImmediate(() => stream.session?.destroy());
    });
    const seen: string[] = [];
    const watching: Interceptor = (next) => async (req) => {
      const res: AnyResponse = await next(req).catch((error) => {
        seen.push(`call: ${ended(error)}`);
        throw error;
      });
      seen.push("call: ok");
      return res;
    };
    using claude = caller(peer.url, wire.protocol, { client: { interceptors: [watching] } });
    const { end } = await claude.call(wire.kind);
    expect(end).toBe(brokenAfter);
    expect(seen).toEqual([wire.kind === "unary" ? `call: ${brokenAfter}` : "call: ok"]);
  });
});
