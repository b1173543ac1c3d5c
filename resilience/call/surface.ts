// An attempt's error as its caller shall see it: what a connection did is unavailable, whatever code it came under.
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { type Origin, originOf, withOrigin } from "#core/origin.ts";
import type { Class, Outcome } from "./outcome.ts";
import { stockOrigin } from "./stock-origin.ts";

interface Look {
  readonly code: Code;
  /** For an error that states none. */
  readonly reason: Reason;
  readonly origin: Origin;
}

/** What the others look like is what they are. */
const looks: Partial<Record<Class, Look>> = {
  cancel: { code: Code.Canceled, reason: Reason.CANCELED, origin: "caller" },
  unsent: { code: Code.Unavailable, reason: Reason.UNREACHABLE, origin: "unsent" },
  timeout: { code: Code.DeadlineExceeded, reason: Reason.DEADLINE, origin: "deadline" },
  deadline: { code: Code.DeadlineExceeded, reason: Reason.DEADLINE, origin: "deadline" },
  broken: { code: Code.Unavailable, reason: Reason.CONNECTION_LOST, origin: "broken-before-headers" },
};

/** The same error where it already looks so; else one with its words, details, metadata and origin, and it as the cause. */
export function surfaced(error: unknown, { class: kind }: Outcome): ConnectError {
  const given = ConnectError.from(error);
  const origin = originOf(error);
  const look = looks[kind];
  if (look === undefined || given.code === look.code) {
    // An abort signal's own reason does not say so.
    const from = origin ?? (kind === "cancel" ? "caller" : undefined);
    return from ? withOrigin(given, from) : given;
  }
  // Who left may have said why.
  if (kind === "cancel" && origin === "caller") return given;
  const made = failure(look.reason, given.rawMessage, { cause: error, code: look.code });
  for (const [name, value] of given.metadata) made.metadata.append(name, value);
  if (failureOf(given)) made.details = [];
  made.details = [...made.details, ...given.details];
  return withOrigin(made, whence(kind, origin, error, given) ?? look.origin);
}

/** Where the error that is shown comes from; a caller may leave with another call's error. */
function whence(kind: Class, origin: Origin | undefined, error: unknown, given: ConnectError): Origin | undefined {
  if (kind === "cancel") return "caller";
  // That the peer did not touch it may be the peer's own word.
  return origin ?? (kind === "unsent" ? stockOrigin(error, given) : undefined);
}
