// How long a call may take, as it stands in its headers: Connect's in milliseconds, gRPC's with a unit.
export const connectTimeoutHeader = "connect-timeout-ms";
export const grpcTimeoutHeader = "grpc-timeout";

/** Milliseconds in one unit of `grpc-timeout`; gRPC over HTTP/2, "Requests". */
const unitMs: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The time a request states, in milliseconds; undefined when it states none. */
export function statedTimeoutMs(header: Headers): number | undefined {
  const connect = header.get(connectTimeoutHeader);
  // Stock transports write the fractions of a time they are given, and their peers refuse them: here they are understood.
  if (connect !== null) return /^\d{1,10}(\.\d+)?$/.test(connect) ? Number(connect) : undefined;
  const [, count, unit] = /^(\d{1,8}(?:\.\d+)?)([HMSmun])$/.exec(header.get(grpcTimeoutHeader) ?? "") ?? [];
  return count === undefined ? undefined : Number(count) * unitMs[unit!]!;
}

/** Writes the time an attempt has, in whole milliseconds, over the one its request states, if it states one. */
export function stateTimeout(header: Headers, ms: number): void {
  const whole = Math.max(1, Math.floor(ms));
  if (header.has(grpcTimeoutHeader) || header.get("content-type")?.startsWith("application/grpc"))
    header.set(grpcTimeoutHeader, whole < 1e8 ? `${whole}m` : `${Math.floor(whole / 1000)}S`);
  else header.set(connectTimeoutHeader, String(whole));
}
