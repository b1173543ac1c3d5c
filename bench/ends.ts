// The two processes of a pair: started and warmed up, given slices of work, measured on both sides.
import type { Child, Children } from "./children.ts";
import type { Pair } from "./pairs.ts";
import type { ClientAnswer, ClientRequest, Listening, ServerAnswer } from "./protocol.ts";
import type { RateSlice, UnarySlice } from "./results.ts";
import { average, percentile } from "./stats.ts";

export interface Ends {
  readonly port: number;
  /** Calls one after another; beside the slice, all its latencies. */
  unary(calls: number): Promise<{ slice: UnarySlice; latencies: number[] }>;
  concurrent(calls: number, concurrency: number): Promise<RateSlice>;
  stream(messages: number): Promise<RateSlice>;
  /** The server's CPU time so far, in microseconds. */
  serverCpu(): Promise<number>;
  end(): Promise<void>;
}

/** A process that needs longer to start, or for a slice, is taken for lost. */
const startMs = 20_000;
const sliceMs = 60_000;

/** Rejects when a process can't start; the caller ends them. */
export async function ends(pair: Pair, all: Children, messages: number, descriptors: string): Promise<Ends> {
  const server = all.start(`the server of ${pair.id}`, pair.server(messages, descriptors));
  const { port } = JSON.parse(await server.line(startMs)) as Listening;
  const client = all.start(`the client of ${pair.id}`, pair.client(port, descriptors));
  const serverCpu = async () => (await server.ask<ServerAnswer>({ op: "cpu" }, startMs)).cpuUs;
  const work = workOf(client, serverCpu);
  return {
    port,
    serverCpu,
    async end() {
      await Promise.all([client.end(), server.end()]);
    },
    async unary(calls) {
      const { rate, latencies } = await work({ op: "unary", calls, concurrency: 1 }, calls);
      const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
      return { slice: { p50, p99, average: average(latencies), min: Math.min(...latencies), ...rate }, latencies };
    },
    concurrent: async (calls, concurrency) => (await work({ op: "unary", calls, concurrency }, calls)).rate,
    stream: async (count) => (await work({ op: "stream", messages: count }, count)).rate,
  };
}

/** Lets the client work; an error of any call is an error of the slice. */
function workOf(client: Child, serverCpu: () => Promise<number>) {
  return async (request: ClientRequest, count: number): Promise<{ rate: RateSlice; latencies: number[] }> => {
    const before = await serverCpu();
    const answer = await client.ask<ClientAnswer>(request, sliceMs);
    const spent = (await serverCpu()) - before;
    if (answer.errors > 0) throw new Error(`${answer.errors} calls failed, the first with: ${answer.firstError}`);
    const rate = {
      perSecond: count / (answer.elapsedMs / 1000),
      clientCpu: answer.cpuUs / count,
      serverCpu: spent / count,
    };
    return { rate, latencies: answer.latenciesUs };
  };
}
