// A unary call on the wire: one message there, one back; sent once more when the peer says it did not touch it.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { UnaryResponse } from "#core/call.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { originOf, withOrigin } from "#core/origin.ts";
import { type Part, type Reader, unpacked } from "./answer.ts";
import type { Connection } from "./connection.ts";
import { type Answered, Exchange } from "./exchange.ts";
import { requestHead, type Saying } from "./head.ts";
import type { Ending, Limits } from "./limits.ts";
import type { Plan, Written } from "./plan.ts";
import type { Calling } from "./transport.ts";

export interface Asking extends Saying {
  method: DescMethod;
  plan: Plan;
  message: Message;
  limits: Limits;
  /** The limits, or what an interceptor put in their place. */
  ending: Ending;
  /** Nobody will ask again within these limits: they end with the answer. */
  isOnly: boolean;
}

/** The innermost of a call's functions: what interceptors call `next`. */
export function askUnary(calling: Calling, asking: Asking): Promise<UnaryResponse> {
  return new Promise((resolve, reject) => {
    const call = new UnaryCall(calling, asking, resolve, reject);
    try {
      call.begin();
    } catch (error) {
      call.fail(error);
    }
  });
}

class UnaryCall implements Answered {
  readonly #calling: Calling;
  readonly #asking: Asking;
  readonly #resolve: (response: UnaryResponse) => void;
  readonly #reject: (error: unknown) => void;
  #parts: Part[] = [];
  #reader: Reader | undefined;
  #written: Written | undefined;
  #isSecond = false;

  constructor(
    calling: Calling,
    asking: Asking,
    resolve: (response: UnaryResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#calling = calling;
    this.#asking = asking;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  fail(error: unknown): void {
    if (this.#asking.isOnly) this.#asking.limits.end();
    this.#reject(error);
  }

  /** Throws, or fails later. */
  begin(): void {
    const { plan, message } = this.#asking;
    const writing = plan.write(message);
    if (writing instanceof Promise)
      writing.then((written) => this.#connect(written)).catch((error) => this.fail(error));
    else this.#connect(writing);
  }

  #connect(written: Written): void {
    const { ending } = this.#asking;
    if (ending.error) throw ending.error;
    this.#written = written;
    const taking = this.#calling.connections.take(this.#calling.peer, ending);
    if (taking instanceof Promise)
      taking.then((connection) => this.#send(connection)).catch((error) => this.fail(error));
    else this.#send(taking);
  }

  #send(connection: Connection): void {
    const { calling, asking, written } = { calling: this.#calling, asking: this.#asking, written: this.#written! };
    const { peer, protocol, binary, readMaxBytes: maxBytes, acceptCompression, sendCompression } = calling;
    const { method, plan, limits, ending } = asking;
    this.#reader = protocol.reader({ peer, method, binary, maxBytes, acceptCompression, parse: plan.parse }, (part) =>
      this.#parts.push(part),
    );
    let head: ReturnType<typeof requestHead>;
    try {
      if (ending.error) throw ending.error;
      head = requestHead(calling, plan, asking, limits);
    } catch (error) {
      connection.release();
      throw error;
    }
    if (written.packed) head[protocol.encodingHeader(method)] = sendCompression!.name;
    new Exchange(peer, connection, head, this.#reader, ending, this).stream.end(written.bytes);
  }

  onHead(): void {}

  onEnd(error?: ConnectError): void {
    if (error) {
      this.#failed(error);
      return;
    }
    try {
      const opening = only(this.#parts, this.#calling.readMaxBytes);
      if (opening instanceof Promise)
        opening.then(
          (message) => this.#respond(message),
          (error) => this.fail(error),
        );
      else this.#respond(opening);
    } catch (answered) {
      this.fail(answered);
    }
  }

  /** A call that was refused is as if it had never been made; gRPC calls that a transparent retry (gRFC A6). */
  #failed(error: ConnectError): void {
    const isResent = this.#calling.resend && originOf(error) === "refused" && !this.#isSecond;
    if (!isResent) {
      this.fail(error);
      return;
    }
    this.#isSecond = true;
    this.#parts = [];
    try {
      this.#connect(this.#written!);
    } catch (second) {
      this.fail(second);
    }
  }

  #respond(message: Message): void {
    if (this.#asking.isOnly) this.#asking.limits.end();
    const { method } = this.#asking;
    const [header, trailer] = [this.#reader!.header(), this.#reader!.trailer()];
    this.#resolve({ stream: false, service: method.parent, method, header, trailer, message } as UnaryResponse);
  }
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
