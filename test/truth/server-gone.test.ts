import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { dataFrame, type FrameClient, frameClient, requestFrame, resetFrame } from "../faults/frame-client.ts";
import { h2Code } from "../faults/frames.ts";
import { rawAnswer, rawCall, rawSession, requestBody } from "../faults/raw-call.ts";
import { connectStream, envelope, grpcStream, grpcUnary, wires } from "../faults/wires.ts";
import { served } from "./served.ts";

const rpcs = ["own", "stock"] as const;
const leaves = ["a reset", "a cut connection", "GOAWAY and a cut connection"] as const;

function leave(way: (typeof leaves)[number], stream: ReturnType<typeof rawCall>): void {
  if (way === "a reset") stream.close(h2Code.cancel);
  else if (way === "a cut connection") stream.session?.destroy();
  else stream.session?.destroy(undefined, h2Code.internalError);
}

describe.each(rpcs)("a caller that leaves the %s server", (rpc) => {
  for (const way of leaves) {
    it.each(wires)(`with ${way} before the answer aborts the handler over $protocol $kind`, async (wire) => {
      await using server = await served({ rpc });
      using session = rawSession(server.url);
      const stream = rawCall(session, wire);
      stream.end(requestBody(wire, "hold"));
      await vi.waitFor(() => expect(server.begun).toBe(1));
      leave(way, stream);
      await vi.waitFor(() => expect(server.finished).toBe(1));
      expect(server.aborts).toEqual(["Canceled CANCELED none"]);
    });

    it.each([connectStream, grpcStream])(
      `with ${way} within the answer aborts the handler over $protocol`,
      async (wire) => {
        for (const service of ["talk", "endless"]) {
          await using server = await served({ rpc });
          using session = rawSession(server.url);
          const stream = rawCall(session, wire);
          stream.end(requestBody(wire, service));
          await new Promise((resolve) => stream.once("data", resolve));
          leave(way, stream);
          await vi.waitFor(() => expect(server.finished, service).toBe(1));
          expect(server.aborts, service).toEqual(["Canceled CANCELED none"]);
        }
      },
    );
  }
});

const breaks: Record<string, (client: FrameClient) => void> = {
  "a reset": ({ write }) => write(resetFrame(1, h2Code.cancel)),
  "a reset without an error": ({ write }) => write(resetFrame(1, h2Code.noError)),
  "a FIN": ({ socket }) => socket.end(),
  "a TCP reset": ({ socket }) => socket.resetAndDestroy(),
};

// node:http2 ends a request for its reader then too: the handler ran with what had come of the message.
describe.each(rpcs)("a caller that breaks its request off at the %s server", (rpc) => {
  for (const [way, breakOff] of Object.entries(breaks)) {
    it.each(wires)(`with ${way} never reaches the handler over $protocol $kind`, async (wire) => {
      await using server = await served({ rpc });
      for (const isApart of [false, true]) {
        using client = await frameClient(server.port);
        // A whole message, but not the end: more of it could come.
        client.write(requestFrame(1, wire), dataFrame(1, requestBody(wire, "half")));
        if (isApart) await client.heard();
        breakOff(client);
        await client.heard();
      }
      using session = rawSession(server.url);
      const next = rawCall(session, wire);
      next.end(requestBody(wire));
      expect((await rawAnswer(next, wire)).code).toBe("ok");
      expect(server.begun).toBe(1);
    });
  }
});

describe("a caller that has left", () => {
  it("while its request is unpacked never reaches the handler", async () => {
    await using server = await served();
    using client = await frameClient(server.port);
    // Long to unpack, short to send.
    const packed = envelope(1, gzipSync(requestBody(grpcUnary, "x".repeat(20 << 20)).subarray(5)));
    const headers = { "grpc-encoding": "gzip" };
    const frames = (id: number) => [
      requestFrame(id, grpcUnary, false, headers),
      ...Array.from({ length: Math.ceil(packed.length / 16_000) }, (_, at) =>
        dataFrame(id, packed.subarray(at * 16_000, (at + 1) * 16_000), (at + 1) * 16_000 >= packed.length),
      ),
    ];
    client.write(...frames(1));
    await client.heard();
    client.write(resetFrame(1, h2Code.cancel), ...frames(3));
    // The second took as long to unpack and began later: the first has been unpacked too.
    await vi.waitFor(() => expect(client.frames.some(({ streamId }) => streamId === 3)).toBe(true), 5000);
    expect(server.begun).toBe(1);
  });

  it("is not answered, and the connection's other calls are", async () => {
    await using server = await served();
    using session = rawSession(server.url);
    const [wire] = wires;
    const left = rawCall(session, wire!);
    left.end(requestBody(wire!, "hold"));
    const stays = rawCall(session, wire!);
    await vi.waitFor(() => expect(server.begun).toBe(1));
    left.close(h2Code.cancel);
    stays.end(requestBody(wire!));
    expect((await rawAnswer(stays, wire!)).code).toBe("ok");
    await vi.waitFor(() => expect(server.finished).toBe(2));
  });
});
