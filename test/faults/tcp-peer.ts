// A TCP server on a free loopback port whose every connection is in the hands of a test.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface TcpPeer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every connection so far, oldest first. */
  readonly connections: readonly Socket[];
}

/** Calls `take` with each connection; all are cut when the peer is disposed of. */
export async function tcpPeer(take: (socket: Socket, nth: number) => void = () => {}): Promise<TcpPeer> {
  const connections: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    take(socket, connections.push(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  await using peer = await tcpPeer();
  return peer.port;
}
