import { describe, expect, it } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Attempt, Call } from "./call.ts";
import { classify } from "./classify.ts";

const live = new AbortController().signal;
const word = () => withOrigin(new ConnectError("the deadline of 100 ms has passed", Code.DeadlineExceeded), "peer");

/** An attempt that has until 100 of a call that has until 3000. */
function attempt(changes: Partial<Attempt> = {}): Attempt {
  const call: Call = { deadline: 3000, timing: "transport", attempts: 1, failed: [] };
  return { call, number: 1, timeoutMs: 100, limitAt: 100, avoid: [], endpoint: undefined, ...changes };
}

describe("a peer that says the time is over", () => {
  // Found by the drill: of calls that ran into their attempt's limit, one in some hundreds was told by the peer first, and
  // failed with the call's deadline far away.
  it.each([
    ["at the attempt's limit, is the attempt's timeout", attempt(), 100, "timeout"],
    ["a moment before our own timer, is the same", attempt(), 98.5, "timeout"],
    ["long before the limit, has a deadline of its own", attempt(), 50, "deadline"],
    ["when the call's time is over too, is the call's deadline", attempt(), 2999, "deadline"],
    ["to an attempt without a limit, is the call's deadline", attempt({ timeoutMs: undefined }), 100, "deadline"],
  ] as const)("%s", (_, given, now, kind) => {
    expect(classify(word(), live, given, now).class).toBe(kind);
  });
});
