import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

/** What each finds: of a plain interceptor, then of what is here. */
const findings: Readonly<Record<string, [plain: RegExp, resilience: RegExp]>> = {
  "f1-killed-server.ts": [
    // A server that dies with something unread resets the connection, and that has yet another code.
    /^plain: the killed server is "\[(canceled|aborted)\] .*" after 1 attempt\nplain: a caller who left is {2}"\[canceled\] .*"$/m,
    /^resilience: the first is broken, the second cancel\nresilience: of 2 calls 2 are answered, by 1 retry elsewhere$/m,
  ],
  "f2-timeout-zero.ts": [
    /^(plain: with timeoutMs (0|-5) the server is told null; after 300 ms the call is not over\n){2}/m,
    /^(resilience: with timeoutMs (0|-5): \[deadline_exceeded\] .*; at once: true; sent: 0\n){2}/m,
  ],
  "f4-old-deadline.ts": [
    /^plain: after 300 ms of 1000 the server is told 1000, then 1000 ms$/m,
    /^resilience: it is told what is left: true$/m,
  ],
  "f5-second-stream.ts": [
    /^plain: the second try is "\[unimplemented\] .*missing input message/m,
    /^resilience: the second try is a, b, c$/m,
  ],
  "f6-failure-in-the-reading.ts": [
    /^plain: of 3 streams that failed an interceptor counts 3 as good, 0 as failed$/m,
    /^resilience: it counts 0 as good, 3 as failed; the breaker is open$/m,
  ],
  "f7-break.ts": [
    /^plain: 200 ms after the break the server works on 1 streams, listeners: 1$/m,
    /^resilience: 200 ms after the break the server works on 0 streams, listeners: 0$/m,
  ],
};

const folder = import.meta.dirname;

describe("a repro", () => {
  it("is tested if it is there", () => {
    expect(readdirSync(folder).filter((name) => /^f\d/.test(name))).toEqual(Object.keys(findings));
  });

  it.each(Object.entries(findings))("%s finds what it says, on Connect as it is", async (name, [plain, ours]) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, name)], { timeout: 25_000 });
    expect(stdout).toMatch(plain);
    expect(stdout).toMatch(ours);
    expect(stderr).toBe("");
  });
});
