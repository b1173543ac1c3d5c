// The functions of a program with their cyclomatic complexity, and the modules it loads as it runs.
import { type Node, type ParamPattern, type Program, visitorKeys } from "oxc-parser";
import { naming } from "./analyze-names.ts";

export interface FunctionShape {
  readonly name: string;
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
  complexity: number;
}

/** A module that is loaded as a whole by an expression or a type, such as import("a") or require("b"). */
export interface Load {
  readonly module: string;
  readonly start: number;
}

export interface Walked {
  readonly functions: FunctionShape[];
  readonly loads: Load[];
  /** Names given to the exports of a CommonJS module. */
  readonly commonJs: string[];
}

/** Walks without recursion: a program may be nested as deep as its text is long. */
export function walk(program: Program, source: string, lineOf: (offset: number) => number): Walked {
  const walked: Walked = { functions: [], loads: [], commonJs: [] };
  const names = naming(source);
  const waiting: { node: Node; within: FunctionShape | undefined }[] = [{ node: program, within: undefined }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    names.offer(node);
    if (next.within !== undefined && isDecision(node)) next.within.complexity++;
    const shape = shapeOf(node);
    if (shape !== undefined) walked.functions.push(shape);
    const module = loadedBy(node);
    if (module !== undefined) walked.loads.push({ module, start: node.start });
    walked.commonJs.push(...commonJsExports(node, source));
    for (const child of childrenOf(node).reverse()) waiting.push({ node: child, within: shape ?? next.within });
  }
  return walked;

  function shapeOf(node: Node): FunctionShape | undefined {
    if (
      node.type !== "ArrowFunctionExpression" &&
      node.type !== "FunctionDeclaration" &&
      node.type !== "FunctionExpression"
    ) {
      return undefined;
    }
    const { name, start } = names.of(node);
    const line = lineOf(start);
    const parameters = node.params.filter((param) => !isThis(param)).length;
    return { name, line, lines: lineOf(node.end) - line + 1, parameters, complexity: 1 };
  }
}

function childrenOf(node: Node): Node[] {
  const fields = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>;
  const children = (visitorKeys[node.type] ?? []).flatMap((key) => fields[key] ?? []);
  return children.filter((child) => child !== null);
}

/** TypeScript's `this` parameter is a type, not a parameter. */
function isThis(param: ParamPattern): boolean {
  return param.type === "Identifier" && param.name === "this";
}

const branches = new Set<Node["type"]>([
  "IfStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "CatchClause",
  "ConditionalExpression",
  "LogicalExpression",
]);

/** A point where the flow may go two ways (McCabe, "A Complexity Measure", 1976; each && || ?? counts as one). */
function isDecision(node: Node): boolean {
  if (node.type === "SwitchCase") return node.test !== null;
  if (node.type === "AssignmentExpression") return /^(&&|\|\||\?\?)=$/.test(node.operator);
  return branches.has(node.type);
}

/** The module a node loads; undefined when it loads none or its name is only known at run time. */
function loadedBy(node: Node): string | undefined {
  if (node.type === "ImportExpression" || node.type === "TSImportType") return textOf(node.source);
  if (node.type === "TSExternalModuleReference") return textOf(node.expression);
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require")
    return undefined;
  return node.arguments.length === 1 ? textOf(node.arguments[0]) : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The names in `exports.a = …`, `module.exports.a = …` and `module.exports = { a }`. */
function commonJsExports(node: Node, source: string): string[] {
  if (node.type !== "AssignmentExpression" || node.left.type !== "MemberExpression") return [];
  const left = source.slice(node.left.start, Math.min(node.left.end, node.left.start + 80));
  const named = /^(?:module\.)?exports\.([\w$]+)$/.exec(left)?.[1];
  if (named !== undefined) return [named];
  if (left !== "module.exports" || node.right.type !== "ObjectExpression") return [];
  return node.right.properties.flatMap((property) =>
    property.type === "Property" && property.key.type === "Identifier" && !property.computed ? [property.key.name] : [],
  );
}
