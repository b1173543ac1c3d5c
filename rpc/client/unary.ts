// A unary call on the wire: one message there, one back.
import type { Message } from "@bufbuild/protobuf";
import type { UnaryRequest, UnaryResponse } from "#core/call.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { type Part, unpacked } from "./answer.ts";
import type { Connection } from "./connection.ts";
import { exchange } from "./exchange.ts";
import { type Limits, leaving } from "./limits.ts";
import type { Plan, Written } from "./plan.ts";
import { requestHeaders } from "./request-headers.ts";
import type { Calling } from "./transport.ts";

/** The innermost of a call's functions: what interceptors call `next`. */
export async function askUnary(calling: Calling, plan: Plan, req: UnaryRequest, held: Limits): Promise<UnaryResponse> {
  const { connections, peer } = calling;
  if (req.signal.aborted) throw leaving(req.signal, peer.agent);
  const writing = plan.write(req.message);
  const written = writing instanceof Promise ? await writing : writing;
  const taking = connections.take(peer, req.signal);
  const connection = taking instanceof Promise ? await taking : taking;
  return ask(calling, plan, req, held, written, connection);
}

function ask(
  calling: Calling,
  plan: Plan,
  req: UnaryRequest,
  held: Limits,
  written: Written,
  connection: Connection,
): Promise<UnaryResponse> {
  return new Promise((resolve, reject) => {
    const { peer, protocol, binary, readMaxBytes: maxBytes, acceptCompression } = calling;
    const parts: Part[] = [];
    const reader = protocol.reader({
      peer,
      method: req.method,
      binary,
      maxBytes,
      acceptCompression,
      parse: plan.parse,
      take: (part) => parts.push(part),
    });
    const respond = (message: Message) => {
      let header: Headers | undefined;
      let trailer: Headers | undefined;
      resolve({
        stream: false,
        service: req.method.parent,
        method: req.method,
        message,
        // Made when they are asked for: most callers never do.
        get header() {
          header ??= reader.header();
          return header;
        },
        get trailer() {
          trailer ??= reader.trailer();
          return trailer;
        },
      });
    };
    const { stream } = exchange({
      peer,
      connection,
      headers: () => requestHeaders(calling, plan, req, held, written.packed),
      reader,
      signal: req.signal,
      onEnd(error) {
        if (error) return reject(error);
        try {
          const opening = only(parts, maxBytes);
          if (opening instanceof Promise) opening.then(respond, reject);
          else respond(opening);
        } catch (answered) {
          reject(answered);
        }
      },
    });
    stream.end(written.bytes);
  });
}

/** The one message of the answer; an error in its place, or after it, is the answer. */
function only(parts: Part[], maxBytes: number): Message | Promise<Message> {
  if (parts.length === 1) {
    const part = parts[0]!;
    const plain = unpacked(part, maxBytes);
    return plain instanceof Promise ? plain.then((bytes) => part.parse(bytes)!) : part.parse(plain)!;
  }
  return Promise.all(parts.map(async (part) => part.parse(await unpacked(part, maxBytes)))).then((messages) => {
    const what = messages.length === 0 ? "missing output message" : "received extra output message";
    throw withOrigin(new ConnectError(`protocol error: ${what} for unary method`, Code.Unimplemented), "peer");
  });
}
