// A Transport over many endpoints: each attempt goes to one that takes calls, and its end is held for or against it.
import type { Transport } from "@connectrpc/connect";
import type { StreamResponse } from "#core/call.ts";
import { classify } from "../classify.ts";
import { refuse } from "../problem.ts";
import { surfaced } from "../surface.ts";
import { type GivenPoolOptions, poolProblems, poolSetting } from "./options.ts";
import { type EndpointStats, type PoolStats, statsOf } from "./pool-stats.ts";
import { Steward } from "./steward.ts";
import { ToldStream } from "./told-stream.ts";

export type { PoolOptions } from "./options.ts";
export type { PoolStats };

export interface Pool extends Transport {
  stats(): PoolStats;
  endpoints(): readonly EndpointStats[];
  /** Sends nothing new there; resolves when what is under way has ended. */
  drainEndpoint(url: string): Promise<void>;
  /** A drained endpoint takes calls again. */
  restoreEndpoint(url: string): void;
  /** Takes no more calls, waits for those under way for as long as given, then closes the transports; leaves no timer. */
  close(withinMs?: number): Promise<void>;
}

/** One pass for each attempt: what retries and hedges is above it, what limits an attempt's time too. */
export function pool(options: GivenPoolOptions): Pool {
  const setting = poolSetting(options);
  refuse(poolProblems(setting));
  const { clock, drainMs } = setting;
  const steward = new Steward(setting);
  const { roster, directory } = steward;

  const unary: Transport["unary"] = async (method, signal, timeoutMs, header, message, contextValues) => {
    if (roster.endpoints.size === 0 && !steward.isClosed) await found(signal);
    const { flight, seat } = steward.board(method, signal, timeoutMs, contextValues);
    const { transport } = seat.branch.endpoint;
    let res: Awaited<ReturnType<typeof transport.unary<typeof method.input, typeof method.output>>>;
    try {
      res = await transport.unary(method, signal, timeoutMs, header, message, contextValues);
    } catch (error) {
      throw flight.failed(error);
    }
    flight.succeeded();
    return res;
  };

  const stream: Transport["stream"] = async (method, signal, timeoutMs, header, messages, contextValues) => {
    if (roster.endpoints.size === 0 && !steward.isClosed) await found(signal);
    const { flight, seat } = steward.board(method, signal, timeoutMs, contextValues);
    try {
      const { transport } = seat.branch.endpoint;
      const res = await transport.stream(method, signal, timeoutMs, header, messages, contextValues);
      const message = new ToldStream(res.message as AsyncIterable<never>, signal, flight);
      return { ...(res as StreamResponse), message } as never;
    } catch (error) {
      throw flight.failed(error);
    }
  };

  /** Waits for the addresses of names, the first time, or when there was none. */
  async function found(signal: AbortSignal | undefined): Promise<void> {
    const { promise, reject } = Promise.withResolvers<void>();
    const left = () => reject(surfaced(signal!.reason, classify(signal!.reason, signal!)));
    if (signal?.aborted) left();
    signal?.addEventListener("abort", left, { once: true });
    try {
      await Promise.race([directory.refresh(), promise]);
    } finally {
      signal?.removeEventListener("abort", left);
    }
  }

  const known = (url: string) => {
    const endpoint = roster.endpoints.get(url);
    if (endpoint === undefined) throw new RangeError(`${url} is no endpoint of ${setting.agent}`);
    return endpoint;
  };

  const endpointStats = () => [...roster.endpoints.values()].map((endpoint) => statsOf(endpoint, clock.now()));

  return {
    unary,
    stream,
    endpoints: endpointStats,
    stats: () => ({ endpoints: endpointStats(), ejections: steward.bench.ejections, panic: steward.isPanicking }),
    drainEndpoint(url) {
      const endpoint = known(url);
      endpoint.isDraining = true;
      roster.changed();
      return endpoint.idle();
    },
    restoreEndpoint(url) {
      known(url).isDraining = false;
      roster.changed();
    },
    async close(withinMs = drainMs) {
      steward.stop();
      const all = roster.everyone();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const callOff = clock.after(withinMs, resolve);
      await Promise.race([Promise.all(all.map((endpoint) => endpoint.idle())), late]);
      callOff();
      await Promise.all(all.map((endpoint) => endpoint.close()));
    },
  };
}
