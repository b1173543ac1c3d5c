// What is known of a method before it is called: where it lives, how its messages are written and read.
import type { OutgoingHttpHeaders } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ConnectRouterOptions } from "@connectrpc/connect";
import { createMethodSerializationLookup, createMethodUrl } from "@connectrpc/connect/protocol";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { addHeaders } from "../wire/add-headers.ts";
import { frame, plain } from "../wire/frames.ts";
import { pseudoHeaders } from "./head.ts";
import type { Calling } from "./transport.ts";

export interface Plan {
  readonly url: string;
  /** What every request begins with, and the whole head of one that adds nothing. */
  readonly pseudo: OutgoingHttpHeaders;
  readonly head: OutgoingHttpHeaders;
  /** What its callers can't say otherwise. */
  readonly fixed: ReadonlySet<string>;
  /** A message as it is sent, or will be once it is packed; `packed` says whether it was. */
  write(message: Message): Written | Promise<Written>;
  parse(bytes: Uint8Array): Message;
}

export interface Written {
  bytes: Uint8Array;
  packed: boolean;
}

export interface PlanOptions extends Pick<ConnectRouterOptions, "binaryOptions" | "jsonOptions"> {
  baseUrl: string;
  readMaxBytes: number;
  writeMaxBytes: number;
  /** Smaller messages are not packed. */
  compressMinBytes: number;
}

export function plan(method: DescMethod, calling: Calling, options: PlanOptions): Plan {
  const { baseUrl, binaryOptions, jsonOptions, compressMinBytes, ...limits } = options;
  const { protocol, binary, sendCompression } = calling;
  const lookup = createMethodSerializationLookup(method, binaryOptions, jsonOptions, limits);
  const input = lookup.getI(binary);
  const output = lookup.getO(binary);
  const url = createMethodUrl(baseUrl, method);
  const pseudo = pseudoHeaders(calling, pathOf(url));
  const isFramed = protocol.isFramed(method);
  const put = (bytes: Uint8Array, packed: boolean): Written => ({
    bytes: isFramed ? frame(bytes, packed ? 1 : 0) : bytes,
    packed,
  });
  const said = protocol.requestHeader(method, calling, undefined);
  const fixed = new Set(said.keys());
  fixed.delete("user-agent");
  return {
    url,
    pseudo,
    head: addHeaders({ ...pseudo }, said),
    fixed,
    write(message) {
      let bytes: Uint8Array;
      try {
        bytes = input.serialize(message);
      } catch (error) {
        throw withOrigin(unwritable(error), "local");
      }
      if (sendCompression === undefined || bytes.byteLength < compressMinBytes) return put(bytes, false);
      return sendCompression.compress(bytes).then((packed) => put(packed, true));
    },
    parse(bytes) {
      try {
        return output.parse(plain(bytes));
      } catch (error) {
        const { rawMessage } = ConnectError.from(error);
        const options = { cause: error, code: Code.Internal };
        throw withOrigin(failure(Reason.CONNECTION_LOST, rawMessage, options), "broken-after-headers");
      }
    },
  };
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** A message that is larger than may be sent gets its reason; one that can't be encoded keeps the encoder's code. */
function unwritable(error: unknown): ConnectError {
  const { code, rawMessage } = ConnectError.from(error);
  return failure(code === Code.ResourceExhausted ? Reason.TOO_LARGE : Reason.INVALID_INPUT, rawMessage, {
    code,
    cause: error,
  });
}
