// An HTTP/2 server without any framework: it answers with the headers, bytes and trailers a test gives it.
import http2, { type OutgoingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";

export interface Answer {
  headers: OutgoingHttpHeaders;
  body?: Uint8Array;
  trailers?: OutgoingHttpHeaders;
  /** The whole connection is cut after the body. */
  cut?: boolean;
}

export interface Canned extends AsyncDisposable {
  readonly url: string;
}

/** Listens on a free loopback port. */
export async function canned(answer: (path: string) => Answer): Promise<Canned> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream, { ":path": path = "" }) => {
    stream.on("error", () => {});
    const { headers, body = new Uint8Array(), trailers, cut } = answer(path);
    stream.resume();
    // Once the request has ended, so that no answer is an early one.
    stream.once("end", () => {
      stream.respond(headers, { waitForTrailers: trailers !== undefined || cut === true });
      stream.once("wantTrailers", () => {
        if (cut) stream.session?.destroy();
        else if (trailers) stream.sendTrailers(trailers);
      });
      stream.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A message in the envelope of gRPC and of Connect's streams. */
export function enveloped(message: Uint8Array, flags = 0): Uint8Array {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}
