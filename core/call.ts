// The types of Connect's interceptors that it does not export by name.
import type { Interceptor, StreamRequest, StreamResponse, UnaryRequest, UnaryResponse } from "@connectrpc/connect";

export type { Interceptor, StreamRequest, StreamResponse, UnaryRequest, UnaryResponse };

/** What an interceptor passes a call on to. */
export type AnyFn = Parameters<Interceptor>[0];
/** A request of either kind. */
export type AnyRequest = UnaryRequest | StreamRequest;
/** A response of either kind. */
export type AnyResponse = UnaryResponse | StreamResponse;
