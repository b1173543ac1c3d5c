// A transport that can't be closed, as Connect's own can't, is given a `close`: it cuts what is under way there.
import type { Transport } from "@connectrpc/connect";
import type { StreamResponse } from "#core/call.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { type Ending, ending } from "../call/ending.ts";
import { heard } from "../call/first-message.ts";
import type { ClosableTransport } from "./endpoint.ts";

/** The same transport if it can be closed. `agent` is who is called, for the error. */
export function cuttable(transport: ClosableTransport, agent: string): ClosableTransport {
  if (transport.close) return transport;
  const open = new Set<Ending>();
  // Calls without a signal need none of their own.
  const never = new AbortController().signal;
  let all = ending(never);

  function begun(signal: AbortSignal = never): Ending & { over: () => void } {
    const end = ending(signal);
    open.add(end);
    const over = () => {
      open.delete(end);
      end.lift();
    };
    return { ...end, over };
  }

  const unary: Transport["unary"] = (method, signal, ...rest) =>
    signal === undefined ? transport.unary(method, all.signal, ...rest) : signalled(method, signal, ...rest);

  const signalled: Transport["unary"] = async (method, signal, ...rest) => {
    const { signal: own, over } = begun(signal);
    try {
      return await transport.unary(method, own, ...rest);
    } finally {
      over();
    }
  };

  const stream: Transport["stream"] = async (method, signal, ...rest) => {
    const { signal: own, over } = begun(signal);
    // Who reads no more after an abort does not see the end.
    own.addEventListener("abort", over, { once: true });
    try {
      const res = await transport.stream(method, own, ...rest);
      const message = heard(res.message as AsyncIterable<never>, { ended: over });
      return { ...(res as StreamResponse), message } as never;
    } catch (error) {
      over();
      throw error;
    }
  };

  return {
    unary,
    stream,
    close() {
      const closed = withOrigin(failure(Reason.CANCELED, `the client of ${agent} was closed`), "local");
      for (const { end } of [all, ...open]) end(closed);
      all = ending(never);
      open.clear();
    },
  };
}
