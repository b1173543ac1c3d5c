// A process to be killed or frozen: it holds every call at the moment its x-hold header names, and tells of each.
import type { ServerHttp2Stream } from "node:http2";
import { streamPeer } from "./stream-peer.ts";
import { type Wire, wireOf } from "./wires.ts";

const moments: Record<string, (stream: ServerHttp2Stream, wire: Wire) => void> = {
  "before the headers": () => {},
  "after the headers": (stream, { headers }) => stream.respond({ ...headers }),
  "within a message": (stream, { headers, message }) => {
    stream.respond({ ...headers });
    stream.write(message.subarray(0, -1));
  },
};

const peer = await streamPeer((stream, headers) => {
  moments[String(headers["x-hold"])]?.(stream, wireOf(headers));
  // What was written is on the wire before the parent is told.
  setImmediate(() => process.send?.({ held: true }));
});
process.send?.({ url: peer.url });
process.on("disconnect", () => process.exit());
