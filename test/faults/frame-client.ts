// An HTTP/2 client without a library: the test says frame by frame what the server gets.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  dataFrame,
  endFlag,
  type Frame,
  frame,
  frameReader,
  frameType,
  headersFrame,
  preface,
  resetFrame,
  settingsFrame,
} from "./frames.ts";
import type { Wire } from "./wires.ts";

export interface FrameClient extends Disposable {
  readonly socket: Socket;
  /** Every frame that came, oldest first. */
  readonly frames: readonly Frame[];
  write(...frames: Buffer[]): void;
  /** Resolves when the server has taken all that was written: it has answered a ping that came after it. */
  heard(): Promise<void>;
}

/** Resolves when connected; settings are answered by themselves. */
export async function frameClient(port: number): Promise<FrameClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const frames: Frame[] = [];
  const heard = new Set<() => void>();
  const pong = () => {
    for (const resolve of heard) resolve();
    heard.clear();
  };
  const take = (each: Frame) => {
    frames.push(each);
    if (each.type === frameType.settings && each.flags === 0) socket.write(frame(frameType.settings, endFlag, 0));
    if (each.type === frameType.ping && each.flags === endFlag) pong();
  };
  socket.on("error", () => {});
  socket.on("close", pong);
  socket.on("data", frameReader(take));
  await once(socket, "connect");
  socket.write(Buffer.concat([preface, settingsFrame()]));
  return {
    socket,
    frames,
    write: (...each) => void socket.write(Buffer.concat(each)),
    heard() {
      if (socket.destroyed) return Promise.resolve();
      socket.write(frame(frameType.ping, 0, 0, Buffer.alloc(8)));
      return new Promise((resolve) => heard.add(resolve));
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** The headers of a request; more follows unless it is the end. */
export function requestFrame(
  streamId: number,
  wire: Wire,
  isEnd = false,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const type = String(wire.headers["content-type"]);
  const fields = { ":method": "POST", ":scheme": "http", ":path": wire.path, ":authority": "127.0.0.1" };
  return headersFrame(streamId, { ...fields, "content-type": type, ...headers }, isEnd);
}

export { dataFrame, resetFrame };
