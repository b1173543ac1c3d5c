// What is known of a method before it is called: where it lives, how its messages are written and read.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ConnectRouterOptions } from "@connectrpc/connect";
import { type Compression, createMethodSerializationLookup, createMethodUrl } from "@connectrpc/connect/protocol";
import { ConnectError } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { frame, plain } from "../wire/frames.ts";

export interface Plan {
  readonly url: string;
  readonly path: string;
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
  binary: boolean;
  readMaxBytes: number;
  writeMaxBytes: number;
  sendCompression: Compression | undefined;
  compressMinBytes: number;
}

/** `isFramed`: whether a message travels in an envelope. */
export function plan(method: DescMethod, isFramed: boolean, options: PlanOptions): Plan {
  const { baseUrl, binary, binaryOptions, jsonOptions, sendCompression, compressMinBytes, ...limits } = options;
  const lookup = createMethodSerializationLookup(method, binaryOptions, jsonOptions, limits);
  const input = lookup.getI(binary);
  const output = lookup.getO(binary);
  const url = createMethodUrl(baseUrl, method);
  const put = (bytes: Uint8Array, packed: boolean): Written => ({
    bytes: isFramed ? frame(bytes, packed ? 1 : 0) : bytes,
    packed,
  });
  return {
    url,
    path: pathOf(url),
    write(message) {
      let bytes: Uint8Array;
      try {
        bytes = input.serialize(message);
      } catch (error) {
        throw withOrigin(ConnectError.from(error), "local");
      }
      if (sendCompression === undefined || bytes.byteLength < compressMinBytes) return put(bytes, false);
      return sendCompression.compress(bytes).then((packed) => put(packed, true));
    },
    parse(bytes) {
      try {
        return output.parse(plain(bytes));
      } catch (error) {
        throw withOrigin(ConnectError.from(error), "broken-after-headers");
      }
    },
  };
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
