// What a drill calls: a client of the replicas, with all of Synapse's resilience or with none.
import { type Client, type ContextKey, createContextKey, type Transport } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import type { Clock } from "#core/clock.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import type { Happening } from "#resilience/happening.ts";
import { type Connections, connections } from "#rpc/client/connections.ts";
import { clientTransport } from "#rpc/client.ts";

export interface Attempt {
  readonly atMs: number;
  /** Which endpoint it was given to. */
  readonly to: number;
  readonly isStream?: true;
}

export interface Told {
  readonly atMs: number;
  readonly happening: Happening;
}

export interface Target {
  readonly claude: Client<typeof ClaudeService>;
  /** Every attempt that was given to the network. */
  readonly attempts: Attempt[];
  /** What the client told of itself. */
  readonly happenings: Told[];
  close(): void;
}

export interface TargetOptions {
  urls: readonly string[];
  /** Where streams are read instead, where they have connections of their own. */
  streamUrls?: readonly string[];
  pings: { pingIntervalMs: number; pingTimeoutMs: number };
  /** Whether the real agents are called, by their own rules. */
  isReal: boolean;
  clock: Clock;
}

/** Where a stream is read, and how often it was opened; written with each attempt. */
export interface Whereabouts {
  to: number;
  opened: number;
}

export const whereaboutsKey: ContextKey<Whereabouts | undefined> = createContextKey<Whereabouts | undefined>(undefined);

/** The transports of single endpoints, each attempt counted. */
export function counting({ urls, streamUrls = urls, pings, clock }: TargetOptions) {
  const attempts: Attempt[] = [];
  const lines: Connections = connections({ ...pings, connectTimeoutMs: 3000, clock });
  const line = (baseUrl: string) =>
    clientTransport({ baseUrl, agent: "claude", connections: lines, timeoutMs: Number.POSITIVE_INFINITY, clock });
  const transport = (url: string): Transport => {
    const to = urls.indexOf(url);
    const own = line(url);
    const forStreams = line(streamUrls[to]!);
    return {
      unary(method, ...rest) {
        if (method.parent === ClaudeService) attempts.push({ atMs: clock.now(), to });
        return own.unary(method, ...rest);
      },
      stream(method, signal, timeoutMs, header, input, contextValues) {
        if (method.parent === ClaudeService) attempts.push({ atMs: clock.now(), to, isStream: true });
        const where = contextValues?.get(whereaboutsKey);
        if (where) Object.assign(where, { to, opened: where.opened + 1 });
        return forStreams.stream(method, signal, timeoutMs, header, input, contextValues);
      },
    };
  };
  return { attempts, transport, close: () => lines.close() };
}

/** Takes the endpoints in turn, and whatever comes of it. */
export function bareTarget(options: TargetOptions): Target {
  const { attempts, transport, close } = counting(options);
  const transports = options.urls.map(transport);
  let turn = 0;
  const next = () => transports[turn++ % transports.length]!;
  const inTurn: Transport = {
    unary: (...call) => next().unary(...call),
    stream: (...call) => next().stream(...call),
  };
  return { claude: client(ClaudeService, inTurn), attempts, happenings: [], close };
}
