import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import type { Attempt } from "./call.ts";
import { own, same, stock, wire } from "./classify.data.ts";
import { classify, isSafeToResend } from "./classify.ts";
import { ending } from "./ending.ts";
import { losing } from "./hedged.ts";

const live = new AbortController().signal;
const of = (error: unknown, signal = live, attempt?: Attempt, now?: number) => {
  const outcome = classify(error, signal, attempt, now);
  return [outcome.class, ...(outcome.isDependency ? ["dependency"] : []), ...(outcome.isShed ? ["shed"] : [])].join(
    " ",
  );
};

/** The same as Connect 2.1 gives it: without a flag, and with details as they came. */
function unflagged({ rawMessage, code, metadata, details, cause }: ConnectError, isRead: boolean): ConnectError {
  const error = new ConnectError(rawMessage, code, metadata, undefined, cause);
  error.details = details.map((detail) =>
    isRead && "desc" in detail
      ? { type: detail.desc.typeName, value: toBinary(detail.desc, create(detail.desc, detail.value)) }
      : detail,
  );
  delete (error as { isWireError?: boolean }).isWireError;
  return error;
}

const attempt = (timeoutMs: number | undefined, deadline: number): Attempt => ({
  call: { deadline, timing: "transport", attempts: 1, failed: [] },
  number: 1,
  timeoutMs,
  avoid: [],
  endpoint: undefined,
});

describe("classification", () => {
  it.each(same)("%s: %s, on our own transport and on a stock one", (outcome, _, ours, theirs) => {
    expect([of(ours), of(theirs)]).toEqual([outcome, outcome]);
  });

  it.each(same)("%s: %s, on one that does not flag what came over the wire", (outcome, says, _, theirs) => {
    expect(of(unflagged(theirs, says.startsWith("the peer")))).toBe(outcome);
  });

  it("is ok without an error", () => expect(of(undefined)).toBe("ok"));

  it("says that the caller left when its signal says so, whatever the transport makes of it", () => {
    const left = AbortSignal.abort();
    expect(of(stock("http/2 stream closed with error code CANCEL (0x8)", Code.Canceled), left)).toBe("cancel");
    expect(of(stock("This operation was aborted", Code.Canceled), left)).toBe("cancel");
    expect(of(own("broken-before-headers", Reason.CONNECTION_LOST), left)).toBe("cancel");
    expect(of(own("caller", Reason.CANCELED))).toBe("cancel");
    const because = new ConnectError("enough", Code.Canceled);
    expect(of(because, AbortSignal.abort(because))).toBe("cancel");
    expect(of(losing(30, 10, 10))).toBe("cancel");
  });

  it("does not take this process's limits for leaving, whatever the transport makes of the signal", () => {
    const aborted = stock("This operation was aborted", Code.Canceled);
    expect(of(aborted, AbortSignal.abort(own("deadline", Reason.DEADLINE)))).toBe("deadline");
    expect(of(aborted, AbortSignal.abort(stock("the operation timed out", Code.DeadlineExceeded)))).toBe("deadline");
    const silent = ending(live);
    silent.end(own("broken-after-headers", Reason.CONNECTION_LOST));
    expect(of(aborted, silent.signal)).toBe("broken");
    const said = wire(new ConnectError("down", Code.Unavailable));
    expect(of(said, AbortSignal.abort(own("deadline", Reason.DEADLINE)))).toBe("unavailable");
  });

  it("takes it for leaving when a caller aborts because of another call, or leaves its own work", () => {
    for (const reason of [
      own("broken-after-headers", Reason.CONNECTION_LOST),
      wire(new ConnectError("down", Code.Unavailable)),
      wire(new ConnectError("late", Code.DeadlineExceeded)),
      failure(Reason.DRAINING, "the process is shutting down"),
      new DOMException("The operation was aborted due to timeout", "TimeoutError"),
    ])
      expect(of(reason, AbortSignal.abort(reason))).toBe("cancel");
  });

  it("tells an attempt's own limit from the deadline of its call", () => {
    const late = own("deadline", Reason.DEADLINE);
    expect(of(late, live, attempt(undefined, 1000))).toBe("deadline");
    expect(of(late, live, attempt(100, 1000))).toBe("timeout");
    expect(of(late, live, attempt(100, 1000), 500)).toBe("timeout");
    expect(of(late, live, attempt(100, 1000), 998)).toBe("deadline");
    expect(of(late, live, attempt(100, 1000), 1001)).toBe("deadline");
  });

  it.each([Reason.BREAKER_OPEN, Reason.NO_ENDPOINT, Reason.QUEUE_FULL, Reason.SHED, Reason.RATE_LIMITED])(
    "is local when this process did not try (reason %i)",
    (reason) => {
      expect(of(own("local", reason))).toBe("local");
      expect(of(own("unsent", reason))).toBe("local");
    },
  );

  it("holds no bug of this process against a peer", () => {
    expect(of(new TypeError("x is not a function"))).toBe("server");
    expect(of(new ConnectError("not signed in", Code.Unauthenticated))).toBe("application");
    expect(of(new ConnectError("name: must not be empty", Code.InvalidArgument))).toBe("application");
  });

  it("knows what fetch says", () => {
    expect(of(new TypeError("Failed to fetch"))).toBe("broken");
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    expect(of(new TypeError("fetch failed", { cause: refused }))).toBe("unsent");
  });

  it("calls safe to send again only what the peer did not touch", () => {
    const safe = same.filter(([, , ours]) => isSafeToResend(classify(ours, live))).map(([outcome]) => outcome);
    expect(new Set(safe)).toEqual(new Set(["unsent", "unsent shed"]));
  });
});
