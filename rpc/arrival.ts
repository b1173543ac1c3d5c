// What is known of a call before it is read: its request's id, and who is at the other end of the connection.
import type { X509Certificate } from "node:crypto";
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

/** What handlers and interceptors are given. `connection` is the session or socket, one of which many calls may share. */
export function arrivalValues(requestId: string, connection: object, socket: Socket): ContextValues {
  let peer = peers.get(connection);
  if (peer === undefined) {
    const address = socket.remoteAddress ?? "";
    peer = { address, certificate: () => socket.getPeerX509Certificate?.() };
    peers.set(connection, peer);
  }
  return createContextValues().set(requestIdKey, requestId).set(peerKey, peer);
}

/** The same for a request of the stock handler. */
export function arrivalValuesOf(req: NodeRequest): ContextValues {
  const connection = "stream" in req ? (req.stream.session ?? req.socket) : req.socket;
  return arrivalValues(requestIdOf(req), connection, req.socket as unknown as Socket);
}
