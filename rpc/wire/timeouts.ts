// How a deadline travels: milliseconds in Connect's header, a number and a unit in gRPC's.

/** The longest time a timer of the platform can hold; more is cut. */
export const maxTimeoutMs = 2 ** 31 - 1;

/** Both protocols take whole numbers only, and nothing below one is a time one could answer in. */
function whole(ms: number): number {
  return Math.max(1, Math.min(maxTimeoutMs, Math.floor(ms)));
}

export const connectTimeoutHeader = "connect-timeout-ms";
export const grpcTimeoutHeader = "grpc-timeout";

export function connectTimeout(ms: number): string {
  return String(whole(ms));
}

/** gRPC allows eight digits. */
export function grpcTimeout(ms: number): string {
  const value = whole(ms);
  return value < 1e8 ? `${value}m` : `${Math.floor(value / 1000)}S`;
}

/** The milliseconds of Connect's header; undefined when there is none, NaN when it can't be read. */
export function parseConnectTimeout(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined) return undefined;
  return /^\d{1,10}$/.test(header) ? Math.min(Number(header), maxTimeoutMs) : Number.NaN;
}

const unitMs: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The milliseconds of gRPC's header; undefined when there is none, NaN when it can't be read. */
export function parseGrpcTimeout(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined) return undefined;
  const found = /^(\d{1,8})([HMSmun])$/.exec(header);
  return found ? Math.min(Math.ceil(Number(found[1]) * unitMs[found[2]!]!), maxTimeoutMs) : Number.NaN;
}
