// Where a call should go when it can, and where it went: a broken stream goes on where its messages are kept.
import { type ContextKey, createContextKey } from "@connectrpc/connect";

export interface Place {
  /** The endpoint to take while it is there and has not just failed; a pool reads it. */
  prefer: string | undefined;
  /** The endpoint the last attempt was sent to; a pool writes it. */
  went: string | undefined;
}

export const placeKey: ContextKey<Place | undefined> = createContextKey<Place | undefined>(undefined);
