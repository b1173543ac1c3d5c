// What parsing one file tells: names, complexity, modules, markers, errors.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFile } from "./analyze-parse.ts";

function functionsOf(content: string, path = "a.ts") {
  const { functions, parseError } = parseFile({ path, content });
  expect(parseError).toBe("");
  return functions;
}

describe("functions", () => {
  it.each([
    ["function a() {}", "a"],
    ["export default function () {}", "default"],
    ["export default () => 1", "default"],
    ["const a = () => 1; let b = function () {}; const c = function d() {};", "a b d"],
    ["const a = (() => 1) as unknown; const b = (() => 1)!;", "a b"],
    [
      "class A { b() {} static c = () => 1; #d() {} get e() { return 1 } constructor() {} [f]() {} }",
      "A.b A.c A.#d A.e A.constructor A.[f]",
    ],
    ["const A = class { b() {} }; export default class { c() {} }", "A.b default.c"],
    ["const o = { a() {}, b: () => 1, 'c d': function () {}, e: { f() {} } };", "o.a o.b o.c d o.e.f"],
    ["module.exports.a = () => 1; this.b = function () {};", "module.exports.a this.b"],
    ["function a(b = () => 1) {} [].map(() => 1);", "a b (anonymous)"],
    [
      "function a(): void; function a(b?: number) {} declare function c(): void; abstract class D { abstract e(): void }",
      "a",
    ],
  ])("are named sensibly in %j", (content, names) => {
    expect(
      functionsOf(content)
        .map((one) => one.name)
        .join(" "),
    ).toBe(names);
  });

  it.each<[body: string, complexity: number]>([
    ["", 1],
    ["if (a) b; else if (c) d; else e;", 3],
    ["for (;;) {} for (const x in y) {} for (const x of y) {} while (a) {} do {} while (b);", 6],
    ["switch (a) { case 1: case 2: b(); break; default: c(); }", 3],
    ["try { a() } catch { b() } finally { c() }", 2],
    ["return (a && b || c) ?? d", 4],
    ["return a ? b : c ? d : e", 3],
    ["a &&= b; c ||= d; e ??= f; g += h", 4],
    ["return a?.b?.c", 1],
    ["const inner = () => { if (a) b; }; inner()", 1],
    [`return '&& || if (x)' + \`? \${a ? 1 : 2}\` // && if\n`, 2],
  ])("have the complexity of McCabe: %j", (body, complexity) => {
    expect(functionsOf(`function f() { ${body} }`)[0]).toMatchObject({ name: "f", complexity });
  });

  it("have as many decisions as were put in, whatever lies between", () => {
    const decision = fc.constantFrom(
      "if (a) {",
      "while (a) {",
      "for (;;) {",
      "try {} catch {",
      "a && function () {",
      "{ a || b;",
    );
    const property = fc.property(fc.array(decision, { maxLength: 40 }), (lines) => {
      const total = functionsOf(`function f() {\n${lines.join("\n")}\n${"}".repeat(lines.length)}}`);
      expect(total.reduce((sum, one) => sum + one.complexity - 1, 0)).toBe(lines.length);
    });
    fc.assert(property);
  });

  it("say where they begin, how long they are and what they take", () => {
    const content =
      "\uFEFF// 가나다 😀\r\n@x\nclass A {\n\n  async b(this: A, c: number, ...d: string[]) {\n    return c;\n  }\n}\n";
    expect(functionsOf("const o = {\n  async *a\n() {\n} };")[0]).toMatchObject({ name: "o.a", line: 2, lines: 3 });
    expect(functionsOf(content)).toEqual([{ name: "A.b", line: 5, lines: 3, parameters: 2, complexity: 1 }]);
  });
});

describe("modules", () => {
  const content = `import a, { b as c, type d } from "./one";
import * as all from "two"; import "three";
export { e, default as f } from "./four"; export * from "./five"; export * as six from "./six";
const g = await import("seven"), { h } = require(\`eight\`), i = import(unknown);
import j = require("nine"); type K = import("ten").K;
export const l = 1, { m, n: [o] } = x; export default class {} export type { c as p };
export interface Q {} export function r(): void; export function r(s?: number) {}`;

  it("hold every import with its names and line", () => {
    const { imports } = parseFile({ path: "a.ts", content });
    expect(imports.map(({ module, names, line }) => `${line} ${module}: ${names.join(" ")}`)).toEqual([
      "1 ./one: default b d",
      "2 two: *",
      "2 three: ",
      "3 ./four: e default",
      "3 ./five: *",
      "3 ./six: *",
      "4 seven: *",
      "4 eight: *",
      "5 nine: *",
      "5 ten: *",
    ]);
  });

  it("hold every export once", () => {
    const { exports } = parseFile({ path: "a.ts", content });
    expect(exports).toEqual(["e", "f", "* from ./five", "six", "l", "m", "o", "default", "p", "Q", "r"]);
    const common = "exports.a = 1; module.exports.b = 2; module.exports = { c, d: 1, ...e }; other.exports.f = 1;";
    expect(parseFile({ path: "a.cjs", content: common }).exports).toEqual(["a", "b", "c", "d"]);
  });
});

describe("parsing", () => {
  it("finds markers in comments only", () => {
    const content = `const a = "// TODO: no"; // TODO: yes\n/* one\n * FIXME(kim): two */\n/* XXXX HACKED */ // HACK\n\`XXX\``;
    expect(parseFile({ path: "a.js", content }).markers).toEqual([
      { kind: "TODO", line: 1, text: "yes" },
      { kind: "FIXME", line: 3, text: "two" },
      { kind: "HACK", line: 4, text: "" },
    ]);
  });

  it("says on which line it failed", () => {
    expect(parseFile({ path: "a.js", content: "let a;\nlet b = ;\n" }).parseError).toMatch(/^line 2: /);
  });

  it.each([
    ["a.js", "await x; const y = <b>c</b>;"],
    ["a.js", "#!/usr/bin/env node\nwith (a) {}"],
    ["a.cjs", "return 1"],
    ["a.tsx", "const a = <b<c> d={1}>{e}</b>"],
    ["a.ts", "const a = <b>c; enum D {}"],
    ["a.d.ts", "export declare const a: number;"],
  ])("takes %s as its name says", (path, content) => {
    expect(parseFile({ path, content }).parseError).toBe("");
  });

  it("gives an answer to any garbage", () => {
    const token = fc.constantFrom(
      ..."(){}[];,.=<>+-*/`'\"\\#@?:&|!~^%$\n 0aé😀\0\ud800",
      "=>",
      "if",
      "class ",
      "import ",
      "export ",
      "${",
      "/*",
    );
    const property = fc.property(
      fc.array(token, { maxLength: 300, size: "max" }),
      fc.constantFrom("a.js", "a.tsx"),
      (parts, path) => {
        const { parseError, functions } = parseFile({ path, content: parts.join("") });
        expect(parseError === "" || functions.length === 0).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
