// A streaming call on the wire, of every kind: messages there, messages back, each side at its own pace.

import type { ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { StreamResponse } from "#core/call.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { drained } from "../wire/drained.ts";
import { type Answered, Exchange } from "./exchange.ts";
import { requestHead, type Saying } from "./head.ts";
import { inbox } from "./inbox.ts";
import type { Ending, Limits } from "./limits.ts";
import type { Plan } from "./plan.ts";
import type { Calling } from "./transport.ts";

export interface AskingStream extends Saying {
  method: DescMethod;
  plan: Plan;
  messages: AsyncIterable<Message>;
  limits: Limits;
  /** The limits, or what an interceptor put in their place. */
  ending: Ending;
}

/** The innermost of a call's functions; resolves at the headers. */
export async function askStream(calling: Calling, asking: AskingStream): Promise<StreamResponse> {
  const { connections, peer, protocol, binary, readMaxBytes: maxBytes, acceptCompression } = calling;
  const { method, plan, messages, limits, ending } = asking;
  if (ending.error) throw ending.error;
  const taking = connections.take(peer, ending);
  const connection = taking instanceof Promise ? await taking : taking;
  return new Promise((resolve, reject) => {
    const outgoing = messages[Symbol.asyncIterator]();
    const trailer = new Headers();
    const incoming = inbox({
      maxBytes,
      stream: () => sent.stream,
      left: (error) => sent.cancel(error === undefined ? left(peer.agent) : ConnectError.from(error)),
      finished() {
        for (const [name, value] of reader.trailer()) trailer.append(name, value);
      },
    });
    const reader = protocol.reader(
      { peer, method, binary, maxBytes, acceptCompression, parse: plan.parse },
      incoming.take,
    );
    const answered: Answered = {
      onHead: () =>
        resolve({
          stream: true,
          service: method.parent,
          method,
          header: reader.header(),
          trailer,
          message: incoming,
        } as StreamResponse),
      onEnd(error) {
        limits.end();
        incoming.end(error);
        // After the headers nobody hears it.
        if (error) reject(error);
        outgoing.return?.().catch(() => {});
      },
    };
    let head: OutgoingHttpHeaders;
    try {
      if (ending.error) throw ending.error;
      head = requestHead(calling, plan, asking, limits);
    } catch (error) {
      connection.release();
      throw error;
    }
    const sent = new Exchange(peer, connection, head, reader, ending, answered);
    send(outgoing, plan, sent.stream).catch((error) => sent.cancel(withOrigin(ConnectError.from(error), "local")));
  });
}

/** Writes messages as the peer takes them; the caller's iterable is left when the call is over. */
async function send(messages: AsyncIterator<Message>, plan: Plan, stream: ClientHttp2Stream): Promise<void> {
  for (;;) {
    const { done, value } = await messages.next();
    if (stream.closed || stream.destroyed) return;
    if (done) break;
    const writing = plan.write(value);
    const { bytes } = writing instanceof Promise ? await writing : writing;
    if (!stream.write(bytes)) await drained(stream);
  }
  stream.end();
}

function left(agent: string): ConnectError {
  return withOrigin(failure(Reason.CANCELED, `the stream of ${agent} was left`, { agent }), "caller");
}

/** The response, with the limits taken off at its end also when an interceptor put its own messages in the place of ours. */
export function ended(res: StreamResponse, held: Limits): StreamResponse {
  const messages = res.message[Symbol.asyncIterator]() as AsyncIterator<Message>;
  const over = <T>(result: T) => {
    held.end();
    return result;
  };
  const message: AsyncIterableIterator<Message> = {
    next: () => messages.next().then((result) => (result.done ? over(result) : result), fail),
    return: () => Promise.resolve(messages.return?.()).then(() => over({ done: true, value: undefined })),
    throw: (error) => Promise.resolve(messages.return?.()).then(() => fail(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  function fail(error: unknown): never {
    held.end();
    throw error;
  }
  return { ...res, message } as StreamResponse;
}
