// What a server makes of an error of its own peers: Connect drops its metadata, and its words are not this server's.
import { clone, create } from "@bufbuild/protobuf";
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { FailureSchema } from "#gen/synapse/v1/failure_pb.ts";
import { type Pushback, pushbackHeader, pushbackOf } from "../call/pushback.ts";

/** "Not begun" is true of the peer, not of this server, which may have done a part: its caller must not believe it. */
const untouched = new Set<Reason>([Reason.NOT_PROCESSED, Reason.SHED, Reason.DRAINING, Reason.QUEUE_FULL]);

/**
 * The error to answer with: a peer's pushback is said again, none of its other metadata; what others refused, or what
 * is not to be sent again, becomes a DEPENDENCY, which nobody holds against this server. An error of its own stays.
 */
export function relayed(error: unknown, date: Date): unknown {
  if (!(error instanceof ConnectError) || !isOfPeer(error)) return error;
  const pushback = pushbackOf(error, date);
  const said = failureOf(error);
  const isSpent = pushback.kind === "never" || (said !== undefined && untouched.has(said.reason));
  const made = new ConnectError(error.rawMessage, error.code, wordsOf(pushback), undefined, error);
  made.details = [...error.details] as typeof made.details;
  if (isSpent && error.code === Code.Unavailable) {
    const value = said ? clone(FailureSchema, said) : create(FailureSchema);
    value.reason = Reason.DEPENDENCY;
    made.details = [{ desc: FailureSchema, value }, ...made.details.filter((detail) => !isFailure(detail))];
  }
  return made;
}

/** Interceptor for servers, innermost: errors of the calls a handler makes go out as `relayed`. Unary and streams. */
export function relay({ clock = systemClock }: { clock?: Clock } = {}): Interceptor {
  const again = (error: unknown): never => {
    throw relayed(error, clock.date());
  };
  async function* messages<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* source;
    } catch (error) {
      again(error);
    }
  }
  return (next) => (req) =>
    next(req).then((res) => (res.stream ? { ...res, message: messages(res.message) } : res), again);
}

/** What came over the wire, or is what this process found when it called. */
function isOfPeer(error: ConnectError): boolean {
  const origin = originOf(error);
  if (origin === undefined) return (error as { isWireError?: boolean }).isWireError === true;
  return origin !== "caller" && origin !== "deadline";
}

function wordsOf(pushback: Pushback): Record<string, string> {
  if (pushback.kind === "none") return {};
  const ms = pushback.kind === "never" ? -1 : Math.min(2 ** 31 - 1, Math.ceil(pushback.ms));
  return { [pushbackHeader]: String(ms) };
}

const isFailure = (detail: ConnectError["details"][number]) =>
  ("desc" in detail ? detail.desc.typeName : detail.type) === FailureSchema.typeName;
