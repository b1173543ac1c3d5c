// What runners really print, shortened, and what it is read as.
import { describe, expect, it } from "vitest";
import { runnerOutput } from "./runner-output.ts";

const outputs: [string, string, object][] = [
  [
    "node",
    `✔ adds (0.5ms)
✖ subtracts (0.6ms)
ℹ tests 2
ℹ pass 1
ℹ fail 1
ℹ cancelled 0
ℹ skipped 0

✖ failing tests:

test at sum.test.mjs:5:1
✖ subtracts (0.6ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  3 !== 1`,
    { passed: 1, failed: 1, named: [{ name: "subtracts", kind: "AssertionError" }] },
  ],
  [
    "tap",
    "TAP version 13\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP later\n1..3",
    { passed: 1, failed: 1, named: [{ name: "b" }] },
  ],
  [
    "pytest",
    `FAILED tests/test_sum.py::test_adds - AssertionError: assert 3 == 4
ERROR tests/test_other.py
==== 1 failed, 4 passed, 1 skipped, 2 errors in 0.12s ====`,
    {
      passed: 4,
      failed: 3,
      named: [
        { name: "tests/test_sum.py::test_adds", kind: "AssertionError" },
        { name: "tests/test_other.py", kind: "failed" },
      ],
    },
  ],
  ["pytest", "no tests ran in 0.01s", { passed: 0, failed: 0 }],
  [
    "unittest",
    `FAIL: test_adds (test_sum.Sum.test_adds)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/box/test_sum.py", line 5, in test_adds
AssertionError: 3 != 4

----------------------------------------------------------------------
Ran 4 tests in 0.001s

FAILED (failures=1, skipped=1)`,
    { passed: 2, failed: 1, named: [{ name: "test_adds (test_sum.Sum.test_adds)", kind: "AssertionError" }] },
  ],
  ["unittest", "Ran 0 tests in 0.000s\n\nOK\n", { passed: 0, failed: 0 }],
  [
    "vitest",
    ` FAIL  src/sum.test.ts > sum > adds
AssertionError: expected 3 to be 4
 Test Files  1 failed (1)
      Tests  1 failed | 2 passed (3)`,
    { passed: 2, failed: 1, named: [{ name: "src/sum.test.ts > sum > adds", kind: "AssertionError" }] },
  ],
  ["jest", "Tests:       1 failed, 1 skipped, 2 passed, 4 total", { passed: 2, failed: 1 }],
  ["mocha", "  3 passing (5ms)\n  1 failing\n", { passed: 3, failed: 1 }],
  [
    "cargo",
    "test a::b ... FAILED\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\ntest result: ok. 4 passed; 0 failed; 0 ignored",
    { passed: 6, failed: 1, named: [{ name: "a::b" }] },
  ],
  [
    "go",
    "--- FAIL: TestSum (0.00s)\nFAIL\texample.com/sum\t0.002s\nok  \texample.com/other\t0.001s",
    { passed: 1, failed: 1 },
  ],
  ["rspec", "3 examples, 1 failure", { passed: 2, failed: 1 }],
  ["junit", "[INFO] Tests run: 5, Failures: 1, Errors: 1, Skipped: 1", { passed: 2, failed: 2 }],
  ["prove", "Files=1, Tests=7,  0 wallclock secs", { passed: 7, failed: 0 }],
  ["ctest", "67% tests passed, 1 tests failed out of 3", { passed: 2, failed: 1 }],
];

describe("what a runner prints", () => {
  it.each(outputs)("is read as that of %s: %j", (runner, text, shown) => {
    expect(runnerOutput(text, "")).toMatchObject({ runner, ...shown });
    expect(runnerOutput("", `\n${text.replaceAll("\n", "\r\n")}\n`)).toMatchObject(runner === "tap" ? {} : { runner });
  });

  it("is read through colours", () => {
    expect(runnerOutput("\x1b[32m==== \x1b[1m3 passed\x1b[0m in 0.01s ====\x1b[0m", "")).toMatchObject({ passed: 3 });
  });

  it("is nothing where no runner is known by it", () => {
    expect(runnerOutput("all fine\n", "3 warnings\n")).toBeUndefined();
  });

  it("is read in no time, however hostile", () => {
    const hostile = `${"failed 1 passed ".repeat(60_000)}\n${"1 a, ".repeat(90)}in s\n`.repeat(4);
    expect(runnerOutput(hostile, "FAIL: ".repeat(100_000))).toBeUndefined();
  });
});
