// A client of a test: one call is one line, and its connections go when the test ends.
import type { Transport } from "@connectrpc/connect";
import { expect, vi } from "vitest";
import { type Connections, type ConnectionsOptions, connections } from "#rpc/client/connections.ts";
import { type ClientOptions, clientTransport } from "#rpc/client.ts";
import type { Kind, Protocol } from "../faults/wires.ts";
import { type CallOptions, type Outcome, outcome } from "./outcome.ts";

export interface Caller extends Disposable {
  readonly transport: Transport;
  readonly connections: Connections;
  call(kind: Kind, options?: CallOptions): Promise<Outcome>;
  /** Resolves when no call holds a place or waits for one. */
  idle(): Promise<void>;
}

export interface CallerOptions extends Partial<ConnectionsOptions> {
  client?: Partial<ClientOptions>;
}

/** Calls the peer at the address; every call has 10 s unless it says otherwise. */
export function caller(baseUrl: string, protocol: Protocol, options: CallerOptions = {}): Caller {
  const { client, ...rest } = options;
  const shared = connections(rest);
  const transport = clientTransport({
    baseUrl,
    agent: "claude",
    protocol,
    timeoutMs: 10_000,
    connections: shared,
    ...client,
  });
  return {
    transport,
    connections: shared,
    call: (kind, call) => outcome(transport, kind, call),
    idle: () => vi.waitFor(() => expect(shared.stats()).toMatchObject({ open: 0, queued: 0 })),
    [Symbol.dispose]: () => shared.close(),
  };
}
