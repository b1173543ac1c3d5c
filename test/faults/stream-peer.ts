// An HTTP/2 server on a free loopback port whose every stream is in the hands of a test.
import { once } from "node:events";
import http2, {
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { Identity } from "./certificate.ts";
import type { Wire } from "./wires.ts";

export interface StreamPeer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every session so far, oldest first. */
  readonly sessions: readonly ServerHttp2Session[];
  /** How many streams there were. */
  readonly streams: number;
}

export type AnswerStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, nth: number) => void;

/** Calls `answer` with each stream; with an identity it speaks TLS. */
export async function streamPeer(
  answer: AnswerStream,
  { identity, ...options }: ServerOptions & { identity?: Identity } = {},
): Promise<StreamPeer> {
  const secure: SecureServerOptions = { ...options, cert: identity?.cert, key: identity?.key } as SecureServerOptions;
  const server = identity === undefined ? http2.createServer(options) : http2.createSecureServer(secure);
  const sessions: ServerHttp2Session[] = [];
  let streams = 0;
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("sessionError", () => {});
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on("error", () => {});
    streams++;
    answer(stream, headers, streams);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${identity === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    sessions,
    get streams() {
      return streams;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

/** Writes a good answer with one message. */
export function answer(stream: ServerHttp2Stream, wire: Wire): void {
  const { headers, message, end, trailers } = wire;
  stream.respond({ ...headers }, { waitForTrailers: trailers !== undefined });
  if (trailers !== undefined) stream.on("wantTrailers", () => stream.sendTrailers({ ...trailers }));
  stream.end(Buffer.concat([message, end]));
}
