// The connections between one gateway and one agent, both in this process: when either dies, every call between them breaks.
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";

/** One side; aborted when its process dies. */
export interface Line {
  readonly signal: AbortSignal;
}

/** The other side: a process that answers. */
export interface Peer extends Line {
  readonly transport: Transport;
  die(): void;
}

export function line(mine: Line, peerNow: () => Peer): Transport {
  function begin(signal: AbortSignal | undefined) {
    const peer = peerNow();
    if (mine.signal.aborted || peer.signal.aborted) {
      throw withOrigin(failure(Reason.UNREACHABLE, "nobody listens there"), "unsent");
    }
    const cut = AbortSignal.any([mine.signal, peer.signal]);
    return { peer, held: holding(cut), signal: signal ? AbortSignal.any([signal, cut]) : cut };
  }
  return {
    async unary<I extends DescMessage, O extends DescMessage>(
      ...[method, signal, timeoutMs, header, message, values]: Parameters<Transport["unary"]>
    ) {
      const begun = begin(signal);
      const answer = begun.peer.transport.unary(method, begun.signal, timeoutMs, header, message, values);
      return (await begun.held(answer)) as UnaryResponse<I, O>;
    },
    async stream<I extends DescMessage, O extends DescMessage>(
      ...[method, signal, timeoutMs, header, input, values]: Parameters<Transport["stream"]>
    ) {
      const { peer, held, signal: ends } = begin(signal);
      const res = (await held(peer.transport.stream(method, ends, timeoutMs, header, input, values))) as StreamResponse<
        I,
        O
      >;
      return { ...res, message: read<MessageShape<O>>(res.message, held) };
    },
  } as Transport;
}

type Held = <T>(work: Promise<T>) => Promise<T>;

async function* read<M>(messages: AsyncIterable<M>, held: Held): AsyncGenerator<M> {
  const reader = messages[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await held(reader.next());
    if (done) return;
    yield value;
  }
}

/** Whatever was under way on a connection that is cut ends there and then. */
function holding(cut: AbortSignal): Held {
  return (work) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const broke = () =>
      reject(withOrigin(failure(Reason.CONNECTION_LOST, "the connection broke"), "broken-after-headers"));
    if (cut.aborted) broke();
    else cut.addEventListener("abort", broke, { once: true });
    work.catch(() => {});
    promise.catch(() => {});
    return Promise.race([work, promise]).finally(() => cut.removeEventListener("abort", broke));
  };
}
