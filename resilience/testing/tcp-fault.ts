// What a network does to a connection, as plain values; read from JSON in our words or in toxiproxy's.
import { must, type Problem, refuse } from "../problem.ts";

export type TcpFault =
  | { kind: "none" }
  /** Every piece waits that long, and up to `jitterMs` more; their order stays. */
  | { kind: "latency"; ms: number; jitterMs: number }
  /** So many bytes at a time, one piece every `everyMs`, 10 when not given. */
  | { kind: "trickle"; bytes: number; everyMs?: number }
  /** No more than so many bytes a second each way. */
  | { kind: "bandwidth"; bytesPerSecond: number }
  /** A FIN to both sides, after so many bytes of answers. */
  | { kind: "cut"; afterBytes: number }
  /** A TCP reset to both sides, after so many bytes of answers. */
  | { kind: "reset"; afterBytes: number }
  /** Neither side hears the other any more, and nobody is told; after so many bytes of answers. What is said waits. */
  | { kind: "half-open"; afterBytes: number }
  /** So many bytes of noise in the midst of the answers. */
  | { kind: "garbage"; bytes: number };

/** The numbers each kind takes, and what they are when not given; undefined for those that must be given. */
const numbers: Readonly<Record<TcpFault["kind"], Readonly<Record<string, number | undefined>>>> = {
  none: {},
  latency: { ms: undefined, jitterMs: 0 },
  trickle: { bytes: undefined, everyMs: 10 },
  bandwidth: { bytesPerSecond: undefined },
  cut: { afterBytes: 0 },
  reset: { afterBytes: 0 },
  "half-open": { afterBytes: 0 },
  garbage: { bytes: undefined },
};

type Json = Readonly<Record<string, unknown>>;

/**
 * A fault from JSON: `{"kind": "latency", "ms": 200}`, or a toxic of toxiproxy's such as
 * `{"type": "latency", "attributes": {"latency": 200, "jitter": 20}}`. Throws a ConfigError.
 */
export function tcpFaultOf(given: unknown): TcpFault {
  const json = (typeof given === "object" && given !== null ? given : {}) as Json;
  const { kind, ...values } = "type" in json ? fromToxic(json) : json;
  const known = Object.hasOwn(numbers, String(kind)) ? numbers[kind as TcpFault["kind"]] : undefined;
  if (known === undefined) {
    refuse(must(false, "kind", `must be one of ${Object.keys(numbers).join(", ")}, got ${String(kind)}`));
  }
  const all = { ...known, ...defined(values) };
  refuse(Object.entries(all).flatMap(([name, value]) => numberProblems(name, value, known!)));
  return { kind, ...all } as TcpFault;
}

function numberProblems(name: string, value: unknown, known: Json): Problem[] {
  if (!(name in known)) return must(false, name, `is not known here: take ${Object.keys(known).join(", ") || "none"}`);
  const least = name === "bytes" || name === "bytesPerSecond" || name === "everyMs" ? 1 : 0;
  const isGood = Number.isSafeInteger(value) && (value as number) >= least;
  return must(isGood, name, `must be a whole number from ${least}, got ${String(value)}`);
}

/** Shopify/toxiproxy, README "Toxics": rates are in KB a second, times in ms, except the slicer's delay in us. */
function fromToxic({ type, attributes = {} }: Json): Json {
  const of = attributes as Readonly<Record<string, number | undefined>>;
  const scaled = (value: number | undefined, factor: number) => (value === undefined ? undefined : value * factor);
  const toxics: Readonly<Record<string, Json>> = {
    latency: { kind: "latency", ms: of.latency, jitterMs: of.jitter },
    bandwidth: { kind: "bandwidth", bytesPerSecond: scaled(of.rate, 1000) },
    slicer: { kind: "trickle", bytes: of.average_size, everyMs: slicedMs(of.delay) },
    limit_data: { kind: "cut", afterBytes: of.bytes },
    slow_close: { kind: "latency", ms: of.delay },
    reset_peer: { kind: "reset" },
    timeout: { kind: "half-open" },
  };
  return toxics[String(type)] ?? { kind: type };
}

const slicedMs = (us: number | undefined) => (us === undefined ? undefined : Math.max(1, Math.round(us / 1000)));

const defined = (values: Json): Json =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
