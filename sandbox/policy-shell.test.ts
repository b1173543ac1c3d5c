// That the reader of shell misses no program, invents none, and always ends.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { type Judgement, judgeCommand } from "./policy.ts";
import { TooMuch } from "./policy-budget.ts";
import { readShell } from "./policy-shell.ts";

/** A piece of shell, and the programs that are truly in it; each run gives them other names. */
interface Piece {
  text: string;
  programs: string[];
}

const inert = ["x", "'; nope &'", '"\\"nope\\`"', "$y", `\${z:-'}'}`, "x#no", "\\;", "if", "{}", "a=b", "가'|'"];
const joints = [" | ", " && ", " ||\n", "\n", " # nope; nope\n", "; ", " & "].map((text) => ({
  text,
  programs: [] as string[],
}));

function piece(strings: TemplateStringsArray, ...inner: Piece[]): Piece {
  const text = strings.reduce((sum, part, i) => sum + inner[i - 1]!.text + part);
  return { text, programs: inner.flatMap((one) => one.programs) };
}

function document({ text, programs }: Piece, end: string): Piece {
  return { text: `: <<-${end}\n $( ${text} ) \\$(nope) "\n\t${end}\n:`, programs };
}

const { list } = fc.letrec<Record<"list" | "command" | "simple" | "word" | "name", Piece>>((tie) => ({
  name: fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 3 })).map(([number, quotes]) => {
    const name = `p${number}`;
    const text = [name, `'${name}'`, `"p"${number}`, `\\p\\\n${number}`][quotes]!;
    return { text, programs: [name] };
  }),
  word: fc.oneof(
    { maxDepth: 6, depthIdentifier: "shell", withCrossShrink: true },
    fc.constantFrom(...inert).map((text) => ({ text, programs: [] as string[] })),
    tie("list").map((inner) => piece`$( ${inner} )`),
    tie("list").map((inner) => piece`"a $( ${inner} ) b"`),
    tie("list").map((inner) => piece`\${z:-$( ${inner} )}`),
    tie("list").map((inner) => piece`$((1 + $( ${inner} ) * (2)))`),
    tie("name").map((inner) => ({
      ...inner,
      text: `\`${inner.text.replace(/[\\`$]/g, "\\$&")} \\\`${inner.text}\\\`\``,
    })),
  ),
  simple: fc.tuple(tie("name"), tie("word"), tie("word")).map(([name, a, b]) => piece`V=${a} ${name} ${b} >out 2>&1`),
  command: fc.oneof(
    { maxDepth: 6, depthIdentifier: "shell", withCrossShrink: true },
    tie("simple"),
    tie("list").map((a) => piece`{ ${a}\n}`),
    tie("list").map((a) => piece`(${a}) >out`),
    tie("list").map((a) => piece`f() {\n${a}\n}`),
    fc.tuple(tie("list"), tie("list"), tie("list")).map(([a, b, c]) => piece`if ${a}\nthen ${b}\nelse ${c}\nfi`),
    fc.tuple(tie("list"), tie("list")).map(([a, b]) => piece`while ${a}\ndo ${b}\ndone`),
    fc.tuple(tie("word"), tie("list")).map(([a, b]) => piece`for v in ${a} b\ndo ${b}\ndone`),
    fc.tuple(tie("word"), tie("list")).map(([a, b]) => piece`case ${a} in\n(a|'b') ${b} ;;\n*)\n;; esac`),
    tie("list").map((a) => document(a, `E${a.text.length}`)),
    fc.constant({ text: ": <<'Q'\n$(nope) `nope`\nQ\n:", programs: [] as string[] }),
  ),
  list: fc.oneof(
    { maxDepth: 6, depthIdentifier: "shell", withCrossShrink: true },
    tie("command"),
    fc
      .tuple(tie("command"), fc.constantFrom(...joints), tie("command"))
      .map(([a, joint, b]) => piece`${a}${joint}${b}`),
  ),
}));

/** Characters and words that matter to a shell, in any order. */
const garbage = fc
  .array(
    fc.oneof(
      fc.constantFrom(..." \n;&|()<>{}[]$`'\"\\!#*=0a\0"),
      fc.constantFrom(
        "$(",
        "$((",
        "${",
        "<<E",
        "\nE\n",
        "if ",
        "then ",
        "fi ",
        "case ",
        " in ",
        "esac ",
        "do ",
        "done ",
        "for ",
        "f() ",
        "[[ ",
        "function ",
        "coproc ",
        "sh -c '",
        'bash -c "',
        "eval ",
        "env -S ",
        "xargs ",
        "find -exec ",
        "time ",
        "\ud800",
      ),
    ),
    { maxLength: 200, size: "max" },
  )
  .map((parts) => parts.join(""));

function isTooDeep({ violations }: Judgement): boolean {
  return violations.some(({ rule }) => rule === "too-deep");
}

describe("reader of shell", () => {
  it("finds exactly the programs of any valid line", async () => {
    let valid = 0;
    const property = fc.asyncProperty(list, async ({ text, programs }) => {
      const judgement = await judgeCommand({ shell: text });
      if (judgement.syntaxError !== "" || isTooDeep(judgement)) return;
      valid++;
      expect(judgement.programs.filter((name) => name !== ":").sort()).toEqual([...new Set(programs)].sort());
    });
    await fc.assert(property, { numRuns: 200 });
    expect(valid).toBeGreaterThan(140);
  });

  it("makes something of any garbage, for sh and for bash", async () => {
    const property = fc.asyncProperty(garbage, async (text) => {
      const { allowed, violations, syntaxError } = await judgeCommand({ shell: text });
      expect(allowed).toBe(violations.length === 0 && syntaxError === "");
      await judgeCommand({ argv: ["bash", "-c", text.replaceAll("\0", "")] });
      await judgeCommand({ argv: text.split(" ") });
    });
    await fc.assert(property, { numRuns: 400 });
  });

  it.each([
    "(",
    "$(",
    '"$(',
    "{ ",
    "if ",
    "`",
    "$((",
    "${a:-",
    "a;",
    "#\n",
    "env ",
    "eval ",
    "<<a ",
    "f() ",
    "\\",
    "a=(",
    "$[",
    "{a,",
    "a[a;",
    "{",
    '<<E\n"',
  ])("ends soon with 64 KiB of %j", async (unit) => {
    await judgeCommand({ shell: "a" });
    const began = systemClock.now();
    await judgeCommand({ shell: unit.repeat(65_536 / unit.length) });
    expect(systemClock.now() - began).toBeLessThan(2000);
  });

  it("refuses what is nested too deeply to be judged", async () => {
    const shell = `${"$(".repeat(60)}ls${")".repeat(60)}`;
    const { allowed, violations } = await judgeCommand({ shell });
    expect(allowed).toBe(false);
    expect(violations.map((violation) => violation.rule)).toEqual(["too-deep"]);
    expect(() => readShell("a b c d", "sh", { depth: 9, items: 3 })).toThrow(TooMuch);
  });

  it.each([
    ["sh", `echo "\${x:-'$(a)'}"`, ["echo", "a"]],
    ["sh", "<<E\n$'$(a)'\nE", ["a"]],
    ["sh", "echo $((1 ; $(a)))", ["echo", "a"]],
    ["sh", "time -o x sudo", ["time"]],
    ["sh", "f() { a; }; f", ["a", "f"]],
    ["bash", "$'\\x73udo' x", ["sudo"]],
    ["bash", "declare a=(b $(c))", ["declare", "c"]],
    ["bash", "a[$(b)]=c; coproc d", ["b", "d"]],
  ] as const)("in %s, finds what is hidden in %j", (dialect, text, names) => {
    const { found, error } = readShell(text, dialect, { depth: 50, items: 50 });
    expect(error).toBe("");
    expect(found.flatMap((one) => (one.kind === "command" ? [one.words[0]?.literal] : []))).toEqual(names);
  });

  it.each([
    ["sh", "$((a) )"],
    ["sh", "a &> b"],
    ["sh", "$'a'"],
    ["sh", "10>x a"],
    ["sh", "echo $((1"],
    ["sh", "a &\\\n& b"],
    ["sh", "f( a"],
    ["bash", "((a"],
    ["bash", `((a <<E\n\${x#case x in x) #;; esac}\nE\n))`],
    ["bash", "a=(b <<E\nc\nE\n)"],
    ["bash", "\\f() { a; }; f"],
    ["bash", "<&-x a"],
    ["bash", "echo @(a)"],
    ["bash", '"`a \\"b\\"`"'],
  ] as const)("in %s, refuses %j, which shells and the parser read differently", (dialect, text) => {
    expect(readShell(text, dialect, { depth: 50, items: 50 }).error).not.toBe("");
  });

  it("reads Bash's additions only for Bash", () => {
    const read = (text: string, dialect: "sh" | "bash") => {
      const { found, error } = readShell(text, dialect, { depth: 50, items: 50 });
      return { names: found.flatMap((one) => (one.kind === "command" ? [one.words[0]?.literal] : [])), error };
    };
    const text = "[[ -n a && b ]]; (( c & d )); e=(f g); time h";
    expect(read(text, "bash")).toEqual({ names: ["h"], error: "" });
    expect(read(text, "sh").error).toBe("1:1: [[ is a feature of bash, not of sh");
    expect(read("time h", "sh")).toEqual({ names: ["time"], error: "" });
  });
});
