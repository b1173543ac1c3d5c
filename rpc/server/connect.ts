// Connect's protocol as a server speaks it: a unary answer is a bare body, a stream ends with a message that says how.

import type { OutgoingHttpHeaders } from "node:http2";
import type { JsonWriteOptions } from "@bufbuild/protobuf";
import { mergeNonProtocolHeaders } from "@connectrpc/connect/protocol";
import {
  codeToHttpStatus,
  endStreamFlag,
  endStreamToJson,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";
import type { ConnectError } from "#core/failure.ts";
import { entriesOf } from "#core/late-headers.ts";
import { originOf } from "#core/origin.ts";
import { addHeaders } from "../wire/add-headers.ts";
import { frame } from "../wire/frames.ts";
import { connectTimeoutHeader, parseConnectTimeout } from "../wire/timeouts.ts";
import type { Speaker } from "./speaker.ts";

type Json = Partial<JsonWriteOptions> | undefined;

const timeoutMs: Speaker["timeoutMs"] = (headers) =>
  parseConnectTimeout(headers[connectTimeoutHeader] as string | undefined);

/** Speaks Connect for unary methods. */
export function connectUnary(contentType: string, binary: boolean, json: Json): Speaker {
  const neverStreams = (): never => {
    throw new TypeError("a unary answer is no stream");
  };
  return {
    protocol: "connect",
    contentType,
    binary,
    isFramed: false,
    encodingHeader: "content-encoding",
    acceptHeader: "accept-encoding",
    timeoutMs,
    answer(stream, { head, trailer, bytes, packed }) {
      if (packed) head["content-encoding"] = packed.name;
      stream.respond(prefixed(head, trailer));
      // Not its end with its last bytes: the stream would be destroyed before Node has noted the write, and Node makes
      // an error of that, with a stack, for every call.
      stream.write(bytes, () => stream.end());
    },
    open: neverStreams,
    close: neverStreams,
    refuse(stream, head, trailer, error) {
      const metadata = new Headers();
      if (!isRelayed(error)) mergeNonProtocolHeaders(metadata, error.metadata);
      addHeaders(head, metadata);
      head[":status"] = codeToHttpStatus(error.code);
      head["content-type"] = "application/json";
      stream.respond(prefixed(head, trailer));
      stream.end(errorToJsonBytes(error, json));
    },
  };
}

/** Speaks Connect for streaming methods. */
export function connectStream(contentType: string, binary: boolean, json: Json): Speaker {
  const close: Speaker["close"] = (stream, { trailer, error }) => {
    const end = endStreamToJson(new Headers(trailer), error, json);
    stream.end(frame(Buffer.from(JSON.stringify(end)), endStreamFlag));
  };
  return {
    protocol: "connect",
    contentType,
    binary,
    isFramed: true,
    encodingHeader: "connect-content-encoding",
    acceptHeader: "connect-accept-encoding",
    timeoutMs,
    answer() {
      throw new TypeError("a stream is no unary answer");
    },
    open: (stream, head) => stream.respond(head),
    close,
    refuse(stream, head, trailer, error) {
      stream.respond(head);
      close(stream, { trailer, error });
    },
  };
}

/** Its metadata belongs to the hop it came over. */
function isRelayed(error: ConnectError): boolean {
  return originOf(error) === "peer";
}

function prefixed(head: OutgoingHttpHeaders, trailer: Headers): OutgoingHttpHeaders {
  for (const [name, value] of entriesOf(trailer)) head[`trailer-${name}`] = value;
  return head;
}
