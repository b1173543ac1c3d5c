import { randomFillSync } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { systemClock } from "#core/clock.ts";
import { frameClient, requestFrame, resetFrame } from "../faults/frame-client.ts";
import { dataFrame, frame, frameType, h2Code, headersFrame, settingsFrame } from "../faults/frames.ts";
import { rawAnswer, rawCall, rawSession, requestBody } from "../faults/raw-call.ts";
import { connectUnary, grpcStream, wires } from "../faults/wires.ts";
import { served } from "./served.ts";

/** Calls as everyone does, and gives how long it took. */
async function answers(url: string): Promise<number> {
  const began = systemClock.now();
  using session = rawSession(url);
  for (const wire of wires) {
    const stream = rawCall(session, wire);
    stream.end(requestBody(wire));
    expect((await rawAnswer(stream, wire)).code).toBe("ok");
  }
  return systemClock.now() - began;
}

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

describe("a server under a flood", () => {
  // CVE-2023-44487: opened and reset at once, streams cost the caller nothing and the server their handlers.
  it.each(["own", "stock"] as const)(
    "of streams that are reset at once answers others and keeps nothing, %s",
    async (rpc) => {
      await using server = await served({ rpc });
      const before = sockets();
      const flood = async (connection: number) => {
        using client = await frameClient(server.port);
        const wire = connection % 2 === 0 ? connectUnary : grpcStream;
        for (let stream = 0; stream < 600; stream++) {
          const id = 2 * stream + 1;
          const body = dataFrame(id, requestBody(wire, "hold"), true);
          // Some are gone before the server has read them, some are with their handler.
          if (stream % 2 === 0) client.write(requestFrame(id, wire), body, resetFrame(id, h2Code.cancel));
          else {
            client.write(requestFrame(id, wire), body);
            if (stream % 100 === 1) await client.heard();
            client.write(resetFrame(id, h2Code.cancel));
          }
        }
        await client.heard();
      };
      const flooding = Promise.all(Array.from({ length: rpc === "own" ? 6 : 2 }, (_, each) => flood(each)));
      expect(await answers(server.url)).toBeLessThan(20_000);
      await flooding;
      expect(server.begun).toBeGreaterThan(wires.length);
      await vi.waitFor(() => expect(server.finished).toBe(server.begun));
      await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before));
      expect(await answers(server.url)).toBeLessThan(5000);
    },
  );
});

const unsettled = headersFrame(1, { ":method": "POST" });
const flawed: Record<string, Buffer[]> = {
  noise: [randomFillSync(Buffer.alloc(4096))],
  "a frame larger than agreed": [Buffer.from([255, 255, 255, 0, 0, 0, 0, 0, 1])],
  "a frame of no known type, then noise": [frame(0x42, 0, 0, Buffer.alloc(10)), randomFillSync(Buffer.alloc(64))],
  "data on the connection itself": [dataFrame(0, Buffer.from("hello"))],
  "data for a stream that is not open": [dataFrame(99, Buffer.from("hello"), true)],
  "a header block that can't be read": [
    frame(frameType.headers, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
  ],
  "a request without its path": [unsettled],
  "an even stream number": [requestFrame(2, connectUnary, true)],
  "settings of a wrong size": [frame(frameType.settings, 0, 0, Buffer.alloc(5))],
  "a window of nothing": [frame(frameType.windowUpdate, 0, 0, Buffer.alloc(4))],
  "a window beyond all": Array.from({ length: 3 }, () =>
    frame(frameType.windowUpdate, 0, 0, Buffer.from([127, 255, 255, 255])),
  ),
  "a push to the server": [frame(5, 4, 1, Buffer.from([0, 0, 0, 2]))],
  "more headers than can be": [
    headersFrame(1, Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`x-${at}`, "y".repeat(60)]))),
  ],
  "a header block without end": [
    frame(frameType.headers, 0, 1, Buffer.alloc(0)),
    ...Array.from({ length: 300 }, () => frame(9, 0, 1, Buffer.alloc(16_000))),
  ],
  "settings again and again": Array.from({ length: 5000 }, () => settingsFrame({ 4: 65_535 })),
  "pings again and again": Array.from({ length: 5000 }, () => frame(frameType.ping, 0, 0, Buffer.alloc(8))),
  "empty data again and again": [
    requestFrame(1, connectUnary),
    ...Array.from({ length: 5000 }, () => dataFrame(1, Buffer.alloc(0))),
  ],
};

describe.each(Object.entries(flawed))("a server that is sent %s", (_, bytes) => {
  it("closes that connection or goes on, and answers others", async () => {
    await using server = await served();
    using client = await frameClient(server.port);
    client.write(...bytes);
    await client.heard();
    expect(await answers(server.url)).toBeLessThan(5000);
    expect(server.begun).toBe(wires.length);
  });
});
