// An HTTP/2 server without a library: the test says frame by frame what each stream gets.
import type { Socket } from "node:net";
import {
  dataFrame,
  endFlag,
  frame,
  frameReader,
  frameType,
  goawayFrame,
  headersFrame,
  preface,
  resetFrame,
  settingsFrame,
} from "./frames.ts";
import { type TcpPeer, tcpPeer } from "./tcp-peer.ts";
import type { Wire } from "./wires.ts";

/** A stream whose request has arrived in full. */
export interface FrameStream {
  readonly id: number;
  readonly socket: Socket;
  /** How many streams there were on all connections, with this one. */
  readonly nth: number;
  headers(fields: Readonly<Record<string, string>>, isEnd?: boolean): void;
  data(bytes: Uint8Array, isEnd?: boolean): void;
  reset(code: number): void;
  goaway(lastStreamId: number, code: number): void;
}

/** A good answer with one message, or the rest of one whose headers were sent. */
export function answer(stream: FrameStream, { headers, message, end, trailers }: Wire, withHeaders = true): void {
  if (withHeaders) stream.headers(headers);
  stream.data(Buffer.concat([message, end]), trailers === undefined);
  if (trailers !== undefined) stream.headers(trailers, true);
}

export interface FramePeerOptions {
  /** Such as { 3: 10 } for at most 10 concurrent streams. */
  settings?: Record<number, number>;
  /** Called with each RST_STREAM of the client. */
  onReset?: (streamId: number, code: number) => void;
}

/** Answers settings and pings by itself; everything else is up to `take`. */
export function framePeer(take: (stream: FrameStream) => void, options: FramePeerOptions = {}): Promise<TcpPeer> {
  let streams = 0;
  return tcpPeer((socket) => {
    const read = frameReader(({ type, flags, streamId, payload }) => {
      const isEnd = (flags & endFlag) !== 0;
      if (type === frameType.settings && !isEnd) socket.write(frame(frameType.settings, endFlag, 0));
      if (type === frameType.ping && !isEnd) socket.write(frame(frameType.ping, endFlag, 0, payload));
      if (type === frameType.rstStream) options.onReset?.(streamId, payload.readUInt32BE(0));
      if (isEnd && (type === frameType.headers || type === frameType.data)) {
        streams++;
        take(stream(socket, streamId, streams));
      }
    });
    let head = Buffer.alloc(0);
    socket.write(settingsFrame(options.settings));
    socket.on("data", function skip(bytes: Buffer) {
      head = Buffer.concat([head, bytes]);
      if (head.length < preface.length) return;
      socket.off("data", skip);
      socket.on("data", read);
      read(head.subarray(preface.length));
    });
  });
}

function stream(socket: Socket, id: number, nth: number): FrameStream {
  return {
    id,
    socket,
    nth,
    headers: (fields, isEnd) => void socket.write(headersFrame(id, fields, isEnd)),
    data: (bytes, isEnd) => void socket.write(dataFrame(id, bytes, isEnd)),
    reset: (code) => void socket.write(resetFrame(id, code)),
    goaway: (lastStreamId, code) => void socket.write(goawayFrame(lastStreamId, code)),
  };
}
