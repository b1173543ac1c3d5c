// The pairs of client and server that are measured side by side, in the order in which they take turns.
import { join } from "node:path";
import type { Command } from "./children.ts";
import type { Protocol } from "./job.ts";

export type PairId =
  | "synapse-grpc"
  | "synapse-resilient-grpc"
  | "synapse-connect"
  | "synapse-resilient-connect"
  | "python"
  | "grpc-js"
  | "connect-grpc"
  | "connect"
  | "raw";

export interface Pair {
  readonly id: PairId;
  readonly label: string;
  readonly protocol: Protocol;
  readonly ours: boolean;
  /** The pair that is the same but for what protects its calls; undefined for those whose calls nothing protects. */
  readonly bare: PairId | undefined;
  /** A server that streams so many messages. */
  server(messages: number, descriptors: string): Command;
  /** A client of the server on this port. */
  client(port: number, descriptors: string): Command;
}

/** Debian's own Python: its packages are not those of another one on the PATH. */
export const python = "/usr/bin/python3";

const peer = (file: string) => join(import.meta.dirname, "peers", file);

/** A pair whose both ends run in Node. */
function inNode(id: PairId, label: string, folder: string, protocol: Protocol, clientFile = "client"): Pair {
  const node = (file: string, ...args: string[]) => ({
    program: process.execPath,
    args: [peer(`${folder}/${file}.ts`), ...args],
  });
  return {
    id,
    label,
    protocol,
    ours: folder === "synapse",
    bare: undefined,
    server: (messages) => node("server", String(messages)),
    client: (port) => node(clientFile, String(port), protocol),
  };
}

/** Synapse with all of its resilience around each call. */
function resilient(id: PairId, label: string, protocol: Protocol, bare: PairId): Pair {
  return { ...inNode(id, label, "synapse", protocol, "resilient-client"), bare };
}

const inPython: Pair = {
  id: "python",
  label: "Python grpc.aio",
  protocol: "grpc",
  ours: false,
  bare: undefined,
  server: (messages, descriptors) => ({
    program: python,
    args: [peer("python/server.py"), String(messages), descriptors],
  }),
  client: (port, descriptors) => ({
    program: python,
    args: [peer("python/client.py"), String(port), "grpc", descriptors],
  }),
};

export const pairs: readonly Pair[] = [
  inNode("synapse-grpc", "Synapse, gRPC", "synapse", "grpc"),
  resilient("synapse-resilient-grpc", "resilient, gRPC", "grpc", "synapse-grpc"),
  inPython,
  inNode("synapse-connect", "Synapse, Connect", "synapse", "connect"),
  resilient("synapse-resilient-connect", "resilient, Connect", "connect", "synapse-connect"),
  inNode("grpc-js", "grpc-js", "grpc-js", "grpc"),
  inNode("connect-grpc", "connect-node, gRPC", "connect", "grpc"),
  inNode("raw", "raw node:http2", "raw", "grpc"),
  inNode("connect", "connect-node, Connect", "connect", "connect"),
];
