import { getEventListeners } from "node:events";
import { createClient } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { client } from "#core/callable.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { type FrameStream, framePeer } from "../faults/frame-peer.ts";
import { h2Code } from "../faults/frames.ts";
import { connectStream, grpcStream, type Wire } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { ended, left } from "./outcome.ts";
import { served } from "./served.ts";

const early = "return before the first message";

/** A peer whose streams say one thing and go on for ever, and the resets it got. */
async function endless({ headers, message }: Wire) {
  const onReset = vi.fn();
  const say = (stream: FrameStream) => {
    stream.headers(headers);
    stream.data(message);
  };
  return { peer: await framePeer(say, { onReset }), onReset };
}

// Facts F7 and P4: with Connect's own client the server would go on for ever, and each such stream leave a listener.
describe.each([connectStream, grpcStream])("a stream that is left over $protocol", (wire) => {
  const ways: Record<string, (messages: AsyncIterable<unknown>) => Promise<void>> = {
    break: async (messages) => {
      for await (const _ of messages) break;
    },
    throw: async (messages) => {
      const thrown = (async () => {
        for await (const _ of messages) throw new Error("enough");
      })();
      await expect(thrown).rejects.toThrow("enough");
    },
    return: async (messages) => {
      const reader = messages[Symbol.asyncIterator]();
      await reader.next();
      await reader.return?.();
      expect(await reader.next()).toEqual({ done: true, value: undefined });
    },
    [early]: async (messages) => {
      const reader = messages[Symbol.asyncIterator]();
      const first = reader.next();
      await reader.return?.();
      await first.catch((error) => expect(ended(error)).toMatch(/^Canceled /));
    },
  };

  it.each(Object.entries(ways))(
    "by %s ends at the peer, and leaves nothing on the caller's signal",
    async (way, leave) => {
      const { peer, onReset } = await endless(wire);
      await using _peer = peer;
      for (const rpc of ["own", "stock"] as const) {
        onReset.mockClear();
        using claude = caller(peer.url, wire.protocol, { client: { rpc } });
        const living = new AbortController();
        await leave(client(Health, claude.transport).watch({}, { signal: living.signal }));
        await claude.idle();
        // Left before it was sent, there is nothing to end.
        if (way !== early) await vi.waitFor(() => expect(onReset).toHaveBeenCalledWith(1, h2Code.cancel));
        expect(getEventListeners(living.signal, "abort").length, rpc).toBe(0);
      }
    },
  );

  // By Node's own limit of resets the server would cut the connection, and with it the calls of others.
  it("2,000 times over one connection costs no other call on it", async () => {
    await using server = await served();
    using claude = caller(server.url, wire.protocol, { maxConnections: 1 });
    const health = client(Health, claude.transport);
    const leaving = new AbortController();
    const long = health.watch({ service: "hold" }, { signal: leaving.signal })[Symbol.asyncIterator]();
    const end = long.next().catch((error) => ended(error));
    const leave = async () => {
      for (let stream = 0; stream < 100; stream++) {
        for await (const _ of health.watch({ service: "talk" })) break;
      }
    };
    await Promise.all(Array.from({ length: 20 }, leave));
    expect(claude.connections.stats()).toMatchObject({ connections: 1, queued: 0 });
    leaving.abort();
    expect(await end).toBe(left);
    await vi.waitFor(() => expect(server.finished).toBe(server.begun));
  });

  it("through Connect's own client ends by the signal, with nothing left on it", async () => {
    const { peer, onReset } = await endless(wire);
    await using _peer = peer;
    using claude = caller(peer.url, wire.protocol);
    const leaving = new AbortController();
    const messages = createClient(Health, claude.transport).watch({}, { signal: leaving.signal });
    const reader = messages[Symbol.asyncIterator]();
    await reader.next();
    leaving.abort();
    await expect(reader.next().catch((error) => ended(error))).resolves.toBe(left);
    await vi.waitFor(() => expect(onReset).toHaveBeenCalledWith(1, h2Code.cancel));
    expect(getEventListeners(leaving.signal, "abort").length).toBe(0);
  });
});
