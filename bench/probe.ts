// One real call before h2load: the status and, for gRPC, the trailers that h2load would not look at.
import { connect, type IncomingHttpHeaders } from "node:http2";
import { systemClock } from "#core/clock.ts";
import type { Protocol } from "./job.ts";
import { bytes, framed } from "./messages.ts";

const limitMs = 10_000;

/** Rejects unless the answer is the job's reply, and its status says so. */
export async function probe(
  url: string,
  protocol: Protocol,
  { headers, body }: { headers: Record<string, string>; body: Buffer },
): Promise<void> {
  const { origin, pathname } = new URL(url);
  const session = connect(origin);
  const answered = Promise.withResolvers<void>();
  const callOff = systemClock.after(limitMs, () => answered.reject(new Error(`no answer within ${limitMs} ms`)));
  session.on("error", answered.reject);
  const stream = session.request({ ":method": "POST", ":path": pathname, ...headers });
  const chunks: Buffer[] = [];
  let head: IncomingHttpHeaders = {};
  let tail: IncomingHttpHeaders = {};
  stream.on("response", (received) => {
    head = received;
  });
  stream.on("trailers", (received) => {
    tail = received;
  });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("error", answered.reject);
  stream.on("close", () => answered.resolve());
  stream.end(body);
  try {
    await answered.promise;
  } finally {
    callOff();
    session.destroy();
  }
  const came = Buffer.concat(chunks).length;
  const wanted = protocol === "grpc" ? framed(bytes.reply) : Buffer.from(bytes.reply);
  const status = protocol === "grpc" ? (tail["grpc-status"] ?? head["grpc-status"]) : "0";
  if (Number(head[":status"]) !== 200 || status !== "0" || came !== wanted.length) {
    throw new Error(
      `one call alone got status ${head[":status"]}, grpc-status ${status} and ${came} bytes, not ${wanted.length}`,
    );
  }
}
