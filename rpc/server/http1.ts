// A request of HTTP/1.1 in the shape of a stream, as far as a unary answer of Connect needs one.
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";

/** What the fast path uses of a stream. */
type Shape = Pick<
  ServerHttp2Stream,
  "destroyed" | "closed" | "readableEnded" | "respond" | "write" | "end" | "close" | "on"
>;

/** The request's headers with those HTTP/2 has for its first line. */
export function pseudoHeadersOf(req: IncomingMessage): IncomingHttpHeaders {
  return {
    ...req.headers,
    ":method": req.method,
    ":path": req.url,
    ":authority": req.headers.host,
    ":scheme": "http",
  };
}

/** The stream of a request whose answer has not begun. */
export function http1Stream(req: IncomingMessage, res: ServerResponse): ServerHttp2Stream {
  return new Http1Stream(req, res) as unknown as ServerHttp2Stream;
}

class Http1Stream implements Pick<Shape, "destroyed" | "closed" | "readableEnded"> {
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  #head: OutgoingHttpHeaders = {};

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req;
    this.#res = res;
  }

  get destroyed(): boolean {
    return this.#res.destroyed;
  }
  get closed(): boolean {
    return this.#res.closed;
  }
  get readableEnded(): boolean {
    return this.#req.readableEnded;
  }

  /** The head is written with the body, whose length is then known. */
  respond(head: OutgoingHttpHeaders): void {
    this.#head = head;
  }

  /** A whole answer, at once: its end is no other write. */
  write(bytes: Uint8Array, written: () => void): void {
    this.end(bytes);
    written();
  }

  end(bytes?: Uint8Array): void {
    if (bytes === undefined) return;
    const { ":status": status, ...headers } = this.#head;
    headers["content-length"] = bytes.byteLength;
    // What is left of a request that was answered early is not read: the connection can't be used again.
    if (!this.#req.complete) headers.connection = "close";
    this.#res.writeHead(Number(status), headers);
    this.#res.end(bytes);
  }

  close(code: number = constants.NGHTTP2_NO_ERROR): void {
    if (code !== constants.NGHTTP2_NO_ERROR) this.#res.destroy();
  }

  on(event: string, listener: (this: Http1Stream, ...args: unknown[]) => void): this {
    const bound = listener.bind(this);
    if (event === "data" || event === "end") this.#req.on(event, bound);
    else if (event === "close") this.#res.on("close", bound);
    else if (event === "error") {
      this.#req.on("error", bound);
      this.#res.on("error", bound);
    }
    return this;
  }
}
