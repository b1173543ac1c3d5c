// gRPC as a server speaks it: messages in envelopes, the status in trailers, an error alone in the headers.

import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { addHeaders } from "../wire/add-headers.ts";
import { compressedFlag, frame } from "../wire/frames.ts";
import { grpcTimeoutHeader, parseGrpcTimeout } from "../wire/timeouts.ts";
import type { Ending, Speaker } from "./speaker.ts";

/** Speaks gRPC with messages of the content type, such as "application/grpc+proto". */
export function grpc(contentType: string, binary: boolean): Speaker {
  const withTrailers = { waitForTrailers: true };
  return {
    protocol: "grpc",
    contentType,
    binary,
    isFramed: true,
    encodingHeader: "grpc-encoding",
    acceptHeader: "grpc-accept-encoding",
    timeoutMs: (headers) => parseGrpcTimeout(headers[grpcTimeoutHeader] as string | undefined),
    answer(stream, { head, trailer, bytes, packed }) {
      if (packed) head["grpc-encoding"] = packed.name;
      stream.respond(head, withTrailers);
      endWith(stream, { trailer });
      stream.end(frame(bytes, packed ? compressedFlag : 0));
    },
    open(stream, head, ending) {
      stream.respond(head, withTrailers);
      endWith(stream, ending);
    },
    close: (stream) => stream.end(),
    refuse(stream, head, trailer, error) {
      stream.respond({ ...head, ...status({ trailer, error }) }, { endStream: true });
    },
  };
}

const ends = Symbol("ending");

interface Ended extends ServerHttp2Stream {
  [ends]?: Ending | undefined;
}

/** The trailers are made when Node asks for them: until then the ending may change. */
function endWith(stream: Ended, ending: Ending): void {
  stream[ends] = ending;
  stream.on("wantTrailers", onWantTrailers);
}

/** Trailers that can't be written break the stream off: thrown in an event, it would end the process. */
function onWantTrailers(this: Ended): void {
  try {
    this.sendTrailers(status(this[ends]!));
  } catch {
    this.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
  this[ends] = undefined;
}

function status({ trailer, error }: Ending): OutgoingHttpHeaders {
  if (error === undefined) return addHeaders({ "grpc-status": "0" }, trailer);
  const headers = new Headers(trailer);
  setTrailerStatus(headers, error);
  headers.set("grpc-message", percentEncoded(error.rawMessage));
  return addHeaders({}, headers);
}

/** As gRPC over HTTP/2 says: only what is not printable, and the percent sign; more would be read literally by some clients. */
function percentEncoded(message: string): string {
  return message.toWellFormed().replace(/^ +| +$|[^ -$&-~]+/g, encodeURIComponent);
}
