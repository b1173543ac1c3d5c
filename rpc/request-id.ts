// Every request has an id: the caller's when it is sane, one of ours otherwise. It is on the answer, in the log and in the error.
import type { IncomingHttpHeaders } from "node:http";
import { createContextKey } from "@connectrpc/connect";
import { uuid7 } from "#core/rng.ts";
import type { NodeRequest, NodeResponse } from "./listen.ts";

/** The request's id, for handlers and interceptors. */
export const requestIdKey = createContextKey("", { description: "request id" });

const ids = new WeakMap<NodeRequest, string>();

/** The caller's id when it is sane, a new one otherwise. */
export function requestIdFrom(headers: IncomingHttpHeaders): string {
  const asked = headers["x-request-id"];
  return typeof asked === "string" && /^[\w.:-]{1,128}$/.test(asked) ? asked : uuid7();
}

/** Gives the request its id and puts it on the answer. */
export function stampRequestId(req: NodeRequest, res: NodeResponse): string {
  const id = requestIdFrom(req.headers);
  ids.set(req, id);
  res.setHeader("x-request-id", id);
  return id;
}

/** The id the request was given. */
export function requestIdOf(req: NodeRequest): string {
  return ids.get(req) ?? "";
}
