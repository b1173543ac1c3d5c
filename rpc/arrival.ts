// What is known of a call before it is read: its request's id, and who is at the other end of the connection.
import type { X509Certificate } from "node:crypto";
import type { Http2Session } from "node:http2";
import type { Socket as NetSocket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type ContextValues, createContextKey, createContextValues } from "@connectrpc/connect";
import type { NodeRequest } from "./listen.ts";
import { requestIdKey, requestIdOf } from "./request-id.ts";

/** The other end of a connection. */
export interface RemotePeer {
  readonly address: string;
  /** The certificate it showed; undefined without TLS, or when it showed none. */
  certificate(): X509Certificate | undefined;
}

/** Who called, for handlers and interceptors. */
export const peerKey = createContextKey<RemotePeer>(
  { address: "", certificate: () => undefined },
  { description: "remote peer" },
);

type Socket = Pick<TLSSocket, "remoteAddress" | "getPeerX509Certificate">;

const peers = new WeakMap<object, RemotePeer>();

/** What handlers and interceptors are given; many calls may share a connection. */
export function arrivalValues(requestId: string, connection: Http2Session | NetSocket): ContextValues {
  let peer = peers.get(connection);
  if (peer === undefined) {
    const socket = ("socket" in connection ? connection.socket : connection) as Socket;
    const address = socket.remoteAddress ?? "";
    peer = { address, certificate: () => socket.getPeerX509Certificate?.() };
    peers.set(connection, peer);
  }
  return createContextValues().set(requestIdKey, requestId).set(peerKey, peer);
}

/** The same for a request of the stock handler. */
export function arrivalValuesOf(req: NodeRequest): ContextValues {
  return arrivalValues(requestIdOf(req), "stream" in req ? (req.stream.session ?? req.socket) : req.socket);
}
