// A streaming call on the wire, of every kind: messages there, messages back, each side at its own pace.

import type { ClientHttp2Stream } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { StreamRequest, StreamResponse } from "#core/call.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { exchange } from "./exchange.ts";
import { inbox } from "./inbox.ts";
import { type Limits, leaving } from "./limits.ts";
import type { Plan } from "./plan.ts";
import { requestHeaders } from "./request-headers.ts";
import type { Calling } from "./transport.ts";

/** The innermost of a call's functions; resolves at the headers. */
export async function askStream(
  calling: Calling,
  plan: Plan,
  req: StreamRequest,
  held: Limits,
): Promise<StreamResponse> {
  const { connections, peer, protocol, binary, readMaxBytes: maxBytes, acceptCompression } = calling;
  if (req.signal.aborted) throw leaving(req.signal, peer.agent);
  const taking = connections.take(peer, req.signal);
  const connection = taking instanceof Promise ? await taking : taking;
  return new Promise((resolve, reject) => {
    const outgoing = req.message[Symbol.asyncIterator]() as AsyncIterator<Message>;
    const trailer = new Headers();
    const incoming = inbox({
      maxBytes,
      stream: () => stream,
      left: (error) => cancel(error === undefined ? left(peer.agent) : ConnectError.from(error)),
      finished() {
        for (const [name, value] of reader.trailer()) trailer.append(name, value);
      },
    });
    const reader = protocol.reader({
      peer,
      method: req.method,
      binary,
      maxBytes,
      acceptCompression,
      parse: plan.parse,
      take: incoming.take,
    });
    const { stream, cancel } = exchange({
      peer,
      connection,
      headers: () => requestHeaders(calling, plan, req, held, false),
      reader,
      signal: req.signal,
      onHead: () =>
        resolve({
          stream: true,
          service: req.method.parent,
          method: req.method,
          header: reader.header(),
          trailer,
          message: incoming,
        } as StreamResponse),
      onEnd(error) {
        held.end();
        incoming.end(error);
        // After the headers nobody hears it.
        if (error) reject(error);
        outgoing.return?.().catch(() => {});
      },
    });
    send(outgoing, plan, stream).catch((error) => cancel(withOrigin(ConnectError.from(error), "local")));
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

function drained(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.once("drain", done);
    stream.once("close", done);
  });
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
