// A request as bytes over HTTP/2, and all that comes back: for what no client of ours would send.
import http2, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";

export interface RawRequest {
  path: string;
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: Uint8Array | string;
  /** The request is left open: its end is never said. */
  open?: boolean;
}

export interface RawAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
  body: Buffer;
}

/** Resolves when the stream has closed. */
export function raw(session: http2.ClientHttp2Session, request: RawRequest): Promise<RawAnswer> {
  const { path, method = "POST", headers = {}, body, open = false } = request;
  return new Promise((resolve, reject) => {
    const stream = session.request({ ...headers, ":path": path, ":method": method }, { endStream: false });
    const answer: RawAnswer = { status: undefined, headers: {}, trailers: {}, body: Buffer.alloc(0) };
    const chunks: Buffer[] = [];
    stream.on("response", (head) => {
      answer.status = head[":status"];
      answer.headers = head;
    });
    stream.on("trailers", (trailers) => {
      answer.trailers = trailers;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => resolve({ ...answer, body: Buffer.concat(chunks) }));
    if (body !== undefined) stream.write(body);
    if (!open) stream.end();
  });
}

/** A session that is closed when it is disposed of. */
export function connected(url: string): http2.ClientHttp2Session & Disposable {
  const session = http2.connect(url);
  session.on("error", () => {});
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}
