// How Synapse calls its own processes: our transport to each address, within the pieces that resilience/stack.ts puts in order.
import { lookup as dnsLookup } from "node:dns/promises";
import type { DescService } from "@bufbuild/protobuf";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import type { ResilienceConfig } from "#resilience/config.ts";
import type { Observe } from "#resilience/happening.ts";
import type { EndpointSpec, Lookup } from "#resilience/pool/resolve.ts";
import { type ResilientTransport, resilientTransport } from "#resilience/stack.ts";
import type { StallMonitor } from "#resilience/time/stall.ts";
import { type Connections, connections as openConnections } from "#rpc/client/connections.ts";
import { type ClientOptions, clientTransport } from "#rpc/client.ts";

export interface StackOptions extends Pick<ClientOptions, "rpc" | "protocol"> {
  /** The peer's name, for errors. */
  agent: string;
  endpoints: readonly EndpointSpec[];
  services: readonly DescService[];
  config: ResilienceConfig;
  /** Whether endpoints are asked, again and again, whether they are well. */
  isProbed?: boolean;
  fallback?: Interceptor;
  /** Shared with other stacks; else this one has its own. */
  connections?: Connections;
  /** The same: what knows when this process stood still. */
  stall?: Pick<StallMonitor, "lagSince">;
  observe?: Observe;
}

/** The transport every client of ours calls through. */
export function stack(options: StackOptions): ResilientTransport {
  const { agent, endpoints, services, config, isProbed = false, fallback, stall, observe, ...speaking } = options;
  const connections = options.connections ?? openConnections();
  const transport = (baseUrl: string) =>
    // Neither time nor second tries of its own: those are the stack's.
    clientTransport({ ...speaking, baseUrl, agent, connections, timeoutMs: Number.POSITIVE_INFINITY });
  return resilientTransport({
    agent,
    endpoints,
    transport,
    services: [...services, Health],
    config,
    lookup,
    ...(isProbed && { healthCheck: healthCheck(transport) }),
    ...(fallback && { fallback }),
    ...(stall && { stall }),
    ...(observe && { observe }),
  });
}

/** Asks on the way that calls take: the same connection, the same rpc path. */
function healthCheck(transport: (url: string) => ReturnType<typeof clientTransport>) {
  const clients = new Map<string, ReturnType<typeof clientOf>>();
  const clientOf = (url: string) => createClient(Health, transport(url));
  return async (url: string, signal: AbortSignal) => {
    const client = clients.get(url) ?? clientOf(url);
    clients.set(url, client);
    const { status } = await client.check({}, { signal });
    if (status !== Serving.SERVING) throw failure(Reason.DRAINING, `${url} does not serve`);
  };
}

const lookup: Lookup = async (name) => (await dnsLookup(name, { all: true })).map(({ address }) => address);
