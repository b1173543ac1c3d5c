// The events of a request's stream: its bytes to the receiver, its close to the call.
import type { ServerHttp2Stream } from "node:http2";
import type { Call } from "./call.ts";
import type { Receiver } from "./receive.ts";

/** What listens to a stream: found on it, for closures of every call's own were a measurable part of its garbage. */
export interface Attending {
  call: Call;
  receiver: Receiver;
}

const attending = Symbol("attending");

interface Attended extends ServerHttp2Stream {
  [attending]?: Attending | undefined;
}

export function attend(stream: ServerHttp2Stream, by: Attending): void {
  (stream as Attended)[attending] = by;
  stream.on("data", onData);
  stream.on("end", onEnd);
  stream.on("error", onError);
  stream.on("close", onClose);
}

function onData(this: Attended, chunk: Buffer) {
  // Over HTTP/1.1 the answer closes, and the rest of a request that it did not wait for may still come.
  const by = this[attending];
  if (by === undefined) return;
  by.call.read();
  by.receiver.data(chunk);
}
function onEnd(this: Attended) {
  this[attending]?.receiver.end(this);
}
/** "close" follows, and says all there is to say. */
function onError() {}
function onClose(this: Attended) {
  this[attending]?.call.closed();
  // Node's handle keeps a closed stream alive until the next full collection: our part of the call goes at once.
  this[attending] = undefined;
}
