// What the two protocols must say of themselves for a call to be made in them.
import type { DescMethod } from "@bufbuild/protobuf";
import type { Compression } from "@connectrpc/connect/protocol";
import type { Reader, ReaderOptions, Take } from "./answer.ts";

/** What makes a Headers, which the platform does not export by name. */
export type HeadersInit = ConstructorParameters<typeof Headers>[0];

export interface ProtocolOptions {
  binary: boolean;
  acceptCompression: readonly Compression[];
  sendCompression: Compression | undefined;
}

export interface Protocol {
  readonly timeoutHeader: string;
  /** A time as the header says it. */
  timeout(ms: number): string;
  /** The time a header says, in milliseconds; undefined when there is none. */
  parseTimeout(header: string | null | undefined): number | undefined;
  /** Whether its messages travel in envelopes; Connect's unary ones are bare. */
  isFramed(method: DescMethod): boolean;
  /** The header that says how messages are packed. */
  encodingHeader(method: DescMethod): string;
  /** The caller's headers with those of the protocol. */
  requestHeader(method: DescMethod, options: ProtocolOptions, header: HeadersInit | undefined): Headers;
  reader(options: ReaderOptions, take: Take): Reader;
}
