// Every request has an id: the caller's when it is sane, one of ours otherwise. It is on the answer, in the log and in the error.
import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import { uuid7 } from "#core/rng.ts";
import type { NodeRequest, NodeResponse } from "./listen.ts";

/** The request's id, for handlers and interceptors. */
export const requestIdKey = createContextKey("", { description: "request id" });

const ids = new WeakMap<NodeRequest, string>();

/** Gives the request its id and puts it on the answer. */
export function stampRequestId(req: NodeRequest, res: NodeResponse): string {
  const asked = req.headers["x-request-id"];
  const id = typeof asked === "string" && /^[\w.:-]{1,128}$/.test(asked) ? asked : uuid7();
  ids.set(req, id);
  res.setHeader("x-request-id", id);
  return id;
}

/** The id the request was given. */
export function requestIdOf(req: NodeRequest): string {
  return ids.get(req) ?? "";
}

/** Carries the id into Connect's handlers. */
export function contextValuesOf(req: NodeRequest): ContextValues {
  return createContextValues().set(requestIdKey, requestIdOf(req));
}
