// Reads the Test Anything Protocol (testanything.org, version 14) as `node --test` writes it, and says what each test came to.

export interface TapTest {
  /** With the names of what it lies in: "suite > test". */
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed, from its diagnostics; empty when it passed. */
  readonly message: string;
  /** Such as "AssertionError", "skipped" or "failed"; empty when it passed. */
  readonly kind: string;
}

export interface TapReport {
  /** The tests that hold no others, and those that failed though all they hold passed. */
  readonly tests: readonly TapTest[];
  /** Why the report cannot be believed; undefined when it is whole: one plan, as many points, numbered without a gap. */
  readonly flaw: string | undefined;
}

interface Point {
  readonly depth: number;
  readonly number: number;
  readonly isOk: boolean;
  readonly name: string;
  readonly directive: string;
  readonly diagnostics: string[];
  readonly inner: Point[];
}

/** The contract allows 10 000 tests; more lines than these are nonsense. */
const maxPoints = 30_000;

export function parseTap(text: string): TapReport {
  const plans: number[] = [];
  const open: Point[][] = []; // by depth: points waiting for the one that holds them
  let bailed = false;
  let points = 0;
  let reading: { point: Point; indent: string } | undefined;
  let last: Point | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (reading !== undefined) {
      if (line === `${reading.indent}...`) reading = undefined;
      else reading.point.diagnostics.push(line.slice(reading.indent.length));
      continue;
    }
    const plan = /^1\.\.(\d+)/.exec(line);
    const found = /^((?: {4})*)(not )?ok\b(?: +(\d+))?(?: -)? ?(.*)$/.exec(line);
    if (/^Bail out!/.test(line)) bailed = true;
    else if (plan !== null) plans.push(Number(plan[1]));
    else if (/^ +---$/.test(line) && last !== undefined) reading = { point: last, indent: line.slice(0, -3) };
    else if (found !== null) {
      if (++points > maxPoints) return { tests: [], flaw: `the output holds more than ${maxPoints} TAP results` };
      const depth = found[1]!.length / 4;
      const inner = open[depth + 1] ?? [];
      delete open[depth + 1];
      last = {
        ...named(found[4]!),
        depth,
        number: Number(found[3]),
        isOk: found[2] === undefined,
        diagnostics: [],
        inner,
      };
      const waiting = open[depth] ?? [];
      waiting.push(last);
      open[depth] = waiting;
    }
  }
  const top = open[0] ?? [];
  return { tests: top.flatMap((point) => leaves(point, "")), flaw: flawOf(top, plans, bailed) };
}

function flawOf(top: readonly Point[], plans: readonly number[], bailed: boolean): string | undefined {
  if (bailed) return "the tests gave up";
  if (top.length === 0) return "the output holds no TAP results";
  if (plans.length !== 1) return `the TAP output has ${plans.length} plans`;
  if (plans[0] !== top.length) return `the TAP output plans ${plans[0]} results and holds ${top.length}`;
  if (top.some((point, index) => point.number !== index + 1)) return "the TAP results are not numbered in order";
  return undefined;
}

/** A name as it was before "#" and "\" were escaped, and the directive behind it. */
function named(rest: string): { name: string; directive: string } {
  const at = rest.search(/ # *(?:SKIP|TODO)\b/i);
  const name = at < 0 ? rest : rest.slice(0, at);
  return {
    name: name.replace(/\\([\\#])/g, "$1"),
    directive: at < 0 ? "" : rest.slice(at).replace(/^ # */, "").slice(0, 4).toLowerCase(),
  };
}

function leaves(point: Point, above: string): TapTest[] {
  const name = above === "" ? point.name : `${above} > ${point.name}`;
  const inner = point.inner.flatMap((child) => leaves(child, name));
  if (inner.length > 0 && (point.isOk || inner.some((test) => !test.passed))) return inner;
  if (inner.length === 0 && diagnostic(point, "type") === "suite" && point.isOk) return []; // an empty suite tests nothing
  const own = verdict(point, name);
  return [...inner, own];
}

function verdict(point: Point, name: string): TapTest {
  if (point.directive === "skip") return { name, passed: false, kind: "skipped", message: "was skipped" };
  if (point.directive === "todo") return { name, passed: false, kind: "todo", message: "is still to do" };
  if (point.isOk) return { name, passed: true, kind: "", message: "" };
  const kind = diagnostic(point, "name") ?? diagnostic(point, "failureType") ?? "failed";
  const [error, expected, actual] = ["error", "expected", "actual"].map((key) => diagnostic(point, key));
  const values = expected !== undefined && actual !== undefined ? `expected ${expected}, got ${actual}` : undefined;
  return {
    name,
    passed: false,
    kind,
    message: [error, values].filter((part) => part !== undefined).join(": ") || "failed",
  };
}

/** One value of the YAML block; the first lines of a text that spans several. */
function diagnostic(point: Point, key: string): string | undefined {
  const at = point.diagnostics.findIndex((line) => line.startsWith(`${key}:`));
  if (at < 0) return undefined;
  const value = point.diagnostics[at]!.slice(key.length + 1).trim();
  if (!/^[|>]/.test(value)) return value.replace(/^(['"])(.*)\1$/, "$2");
  const after = point.diagnostics.slice(at + 1);
  const end = after.findIndex((line) => /^\S/.test(line));
  return (end < 0 ? after : after.slice(0, end))
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, 8)
    .join(" ");
}
