import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failure, failureOf, Reason } from "#core/failure.ts";
import { originOf, withOrigin } from "#core/origin.ts";
import { own, same, stock } from "./classify.data.ts";
import { classify } from "./classify.ts";
import { surfaced } from "./surface.ts";

const live = new AbortController().signal;
const errors = same.flatMap(([, says, ours, theirs]) => [
  { says, error: ours },
  { says: `${says}, stock`, error: theirs },
]);

const codes: Partial<Record<string, Code>> = {
  cancel: Code.Canceled,
  unsent: Code.Unavailable,
  timeout: Code.DeadlineExceeded,
  deadline: Code.DeadlineExceeded,
  broken: Code.Unavailable,
};

describe("an error as its caller sees it", () => {
  it.each(errors)("has the code of what happened, and loses nothing: $says", ({ error }) => {
    error.metadata.set("retry-after", "2");
    const outcome = classify(error, live);
    const seen = surfaced(error, outcome);
    expect(seen.code).toBe(codes[outcome.class] ?? error.code);
    expect(seen.rawMessage).toBe(error.rawMessage);
    expect(seen.metadata.get("retry-after")).toBe("2");
    const stated = failureOf(error);
    if (stated) expect(failureOf(seen)).toEqual(stated);
    const origin = originOf(error);
    if (origin) expect(originOf(seen)).toBe(origin);
    if (seen !== error) expect(seen.cause).toBe(error);
  });

  it.each(errors)("is the same outcome for whoever looks next, and is made once: $says", ({ error }) => {
    const outcome = classify(error, live);
    const seen = surfaced(error, outcome);
    expect(classify(seen, live)).toEqual(outcome);
    expect(surfaced(seen, outcome)).toBe(seen);
  });

  it("states a reason where none was", () => {
    const killed = stock("http/2 stream closed with error code CANCEL (0x8)", Code.Canceled);
    const seen = surfaced(killed, classify(killed, live));
    expect([seen.code, failureOf(seen)?.reason]).toEqual([Code.Unavailable, Reason.CONNECTION_LOST]);
  });

  it("is canceled when the caller left, unless the caller says otherwise", () => {
    const left = AbortSignal.abort();
    const reset = stock("read ECONNRESET", Code.Aborted, { code: "ECONNRESET" });
    const seen = surfaced(reset, classify(reset, left));
    expect([seen.code, failureOf(seen)?.reason, originOf(seen)]).toEqual([Code.Canceled, Reason.CANCELED, "caller"]);
    const other = own("broken-after-headers", Reason.CONNECTION_LOST);
    expect(originOf(surfaced(other, classify(other, AbortSignal.abort(other))))).toBe("caller");
    const because = own("caller", Reason.SUPERSEDED);
    expect(surfaced(because, classify(because, left))).toBe(because);
  });

  it("keeps every detail, and is an error of Connect whatever it was", () => {
    const lost = withOrigin(
      failure(Reason.TRUNCATED, "half an answer", { attempts: [{ endpoint: "http://a" }], retryAfterMs: 5 }),
      "broken-after-headers",
    );
    const seen = surfaced(lost, classify(lost, live));
    expect(seen.details).toEqual(lost.details);
    expect(seen.code).toBe(Code.Unavailable);
    const bug = new TypeError("x is not a function");
    expect(surfaced(bug, classify(bug, live))).toBeInstanceOf(ConnectError);
  });
});
