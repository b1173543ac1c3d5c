// A Transport over many endpoints: each attempt goes to one that takes calls, and its end is held for or against it.
import type { Transport } from "@connectrpc/connect";
import type { UnaryResponse } from "#core/call.ts";
import { refuse } from "../problem.ts";
import { leaving } from "./leaving.ts";
import { type GivenPoolOptions, poolProblems, poolSetting } from "./options.ts";
import { type EndpointStats, type PoolStats, statsOf } from "./pool-stats.ts";
import { Steward } from "./steward.ts";
import { timeLeft } from "./time-left.ts";
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
  const { agent, clock, drainMs } = setting;
  const steward = new Steward(setting);
  const { roster, directory } = steward;

  const unary: Transport["unary"] = async (method, signal, timeoutMs, header, message, contextValues) => {
    const leftMs = isLost() ? await found(signal, timeoutMs) : timeoutMs;
    const { flight, seat } = steward.board(method, signal, leftMs, contextValues);
    let res: UnaryResponse<typeof method.input, typeof method.output>;
    try {
      const { transport } = seat.branch.endpoint;
      res = await transport.unary(method, signal, leftMs, header, message, contextValues);
    } catch (error) {
      throw flight.failed(error);
    }
    flight.succeeded();
    return res;
  };

  const stream: Transport["stream"] = async (method, signal, timeoutMs, header, messages, contextValues) => {
    const leftMs = isLost() ? await found(signal, timeoutMs) : timeoutMs;
    const { flight, seat } = steward.board(method, signal, leftMs, contextValues);
    try {
      const { transport } = seat.branch.endpoint;
      const res = await transport.stream(method, signal, leftMs, header, messages, contextValues);
      return { ...res, message: new ToldStream(res.message, signal, flight) };
    } catch (error) {
      throw flight.failed(error);
    }
  };

  const isLost = () => roster.endpoints.size === 0 && !steward.isClosed;

  /** Waits for the addresses of names, the first time, or when there was none; gives the time that is left. */
  async function found(signal: AbortSignal | undefined, timeoutMs: number | undefined): Promise<number | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const left = () => reject(leaving(signal!, `the call to ${agent} was canceled before it was known where to`));
    if (signal?.aborted) left();
    signal?.addEventListener("abort", left, { once: true });
    const since = clock.now();
    const callOff = timeoutMs === undefined ? undefined : clock.after(timeoutMs, resolve);
    try {
      await Promise.race([directory.refresh(), promise]);
    } finally {
      callOff?.();
      signal?.removeEventListener("abort", left);
    }
    return timeLeft(timeoutMs, clock.now() - since, agent);
  }

  const known = (url: string) => {
    const endpoint = roster.endpoints.get(url);
    if (endpoint === undefined) throw new RangeError(`${url} is no endpoint of ${agent}`);
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
