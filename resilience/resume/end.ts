// How a stream ended, in bytes: nothing for well, else its error as Connect writes errors.
import { ConnectError } from "@connectrpc/connect";
import { errorFromJsonBytes, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { failure, Reason } from "#core/failure.ts";

export function endBytes(error: unknown): Uint8Array {
  if (error === undefined) return new Uint8Array();
  // What is no ConnectError is the handler's own and not for the caller; it is told apart where it is thrown.
  const told = error instanceof ConnectError ? error : failure(Reason.INTERNAL, "internal error");
  return errorToJsonBytes(told, undefined);
}

/** undefined when it ended well. */
export function endError(bytes: Uint8Array): ConnectError | undefined {
  if (bytes.length === 0) return undefined;
  return errorFromJsonBytes(bytes, undefined, failure(Reason.INTERNAL, "the end of the stream can't be read"));
}
