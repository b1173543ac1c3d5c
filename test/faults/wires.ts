// Both protocols and both kinds of calls: how each looks on the wire, for peers that write it by hand.
import { create, toBinary } from "@bufbuild/protobuf";
import { HealthCheckResponseSchema } from "#gen/grpc/health/v1/health_pb.ts";

export type Protocol = "connect" | "grpc";
export type Kind = "unary" | "stream";

export interface Wire {
  readonly protocol: Protocol;
  readonly kind: Kind;
  /** The call's path, which says the kind too. */
  readonly path: string;
  /** The headers of a good answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** One message as it stands in the body. */
  readonly message: Buffer;
  /** What of the body ends a good answer. */
  readonly end: Buffer;
  /** The trailers that end a good answer. */
  readonly trailers?: Readonly<Record<string, string>>;
}

const bytes = Buffer.from(toBinary(HealthCheckResponseSchema, create(HealthCheckResponseSchema, { status: 1 })));

/** A message of gRPC or of a Connect stream. */
export function envelope(flags: number, data: Uint8Array): Buffer {
  const head = Buffer.from([flags, 0, 0, 0, 0]);
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
}

const paths = { unary: "/grpc.health.v1.Health/Check", stream: "/grpc.health.v1.Health/Watch" };
const ok = (type: string) => ({ ":status": "200", "content-type": type });
const none = Buffer.alloc(0);

function grpc(kind: Kind): Wire {
  const trailers = { "grpc-status": "0" };
  const headers = ok("application/grpc+proto");
  return { protocol: "grpc", kind, path: paths[kind], headers, message: envelope(0, bytes), end: none, trailers };
}

export const connectUnary: Wire = {
  protocol: "connect",
  kind: "unary",
  path: paths.unary,
  headers: ok("application/proto"),
  message: bytes,
  end: none,
};

export const connectStream: Wire = {
  protocol: "connect",
  kind: "stream",
  path: paths.stream,
  headers: ok("application/connect+proto"),
  message: envelope(0, bytes),
  end: envelope(2, Buffer.from("{}")),
};

export const grpcUnary = grpc("unary");
export const grpcStream = grpc("stream");

export const wires: readonly Wire[] = [connectUnary, connectStream, grpcUnary, grpcStream];
/** Those whose answers end by themselves; a Connect unary answer ends where its bytes do. */
export const enveloped: readonly Wire[] = [connectStream, grpcUnary, grpcStream];

/** The wire a request speaks. */
export function wireOf(headers: { ":path"?: string | undefined; "content-type"?: string | undefined }): Wire {
  const protocol = headers["content-type"]?.startsWith("application/grpc") ? "grpc" : "connect";
  const wire = wires.find((each) => each.protocol === protocol && each.path === headers[":path"]);
  if (wire === undefined) throw new Error(`no wire has ${headers[":path"]} as ${headers["content-type"]}`);
  return wire;
}
