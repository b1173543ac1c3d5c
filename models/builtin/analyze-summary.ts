// A few true sentences about an analysis; what the question asks for comes first, if parsing can tell it.
import type { FileFacts } from "#gen/synapse/v1/agent_pb.ts";

interface Topic {
  /** How a question about it sounds, in English or Korean. */
  readonly asked: RegExp;
  readonly tell: (files: readonly FileFacts[]) => string;
}

const listed = 10;

/** In the order in which they are told. */
const topics: Record<string, Topic> = {
  errors: { asked: /syntax|pars(e|ing)|문법|구문|파싱/i, tell: tellErrors },
  complexity: { asked: /complex|복잡/i, tell: tellComplexity },
  functions: { asked: /function|method|함수|메서드|메소드/i, tell: tellFunctions },
  imports: { asked: /import|depend|의존|임포트|가져오/i, tell: tellImports },
  unused: {
    asked: /unused|dead code|never used|not used|미사용|안 ?쓰|쓰지 ?않|쓰이지 ?않|사용(하|되)지 ?않/i,
    tell: tellUnused,
  },
  exports: { asked: /export|내보내|익스포트/i, tell: tellExports },
  markers: { asked: /to-?do|fixme|xxx|hack|할 ?일|남은 ?일|남은 ?작업/i, tell: tellMarkers },
  size: { asked: /how (long|big|large|many (lines|files))|lines of code|줄|크기|파일.*몇/i, tell: tellSize },
};
const always = ["size", "complexity", "unused", "markers", "errors"];

/** A summary of `files`; answers `question` where parsing can. */
export function summarize(files: readonly FileFacts[], question: string): string {
  const named = Object.keys(topics).filter((name) => topics[name]!.asked.test(question));
  // "The most complex function", "unused functions": the function is not the point.
  const asked = named.filter((name) => name !== "functions" || !/complexity|unused/.test(named.join(" ")));
  const rest = always.filter((name) => !asked.includes(name));
  const told = [...asked, ...rest].map((name) => topics[name]!.tell(files));
  if (asked.includes("errors") && told[0] === "") told[0] = "Every file that has a parser could be parsed.";
  if (question.trim() !== "" && asked.length === 0) {
    told.unshift("The builtin engine answers no free questions; this is what parsing tells.");
  }
  return told.filter((sentence) => sentence !== "").join(" ");
}

function tellSize(files: readonly FileFacts[]): string {
  const languages = Map.groupBy(files, (file) => file.language);
  const each = [...languages].map(([language, group]) => `${group.length} ${language}`).join(", ");
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const functions = files.reduce((sum, file) => sum + file.functions.length, 0);
  return `${count(files.length, "file")} (${each}) with ${count(lines, "line")} and ${count(functions, "function")}.`;
}

function tellComplexity(files: readonly FileFacts[]): string {
  const [most, ...others] = functionsOf(files).sort((a, b) => b.complexity - a.complexity);
  if (most === undefined) return "";
  const next = others.filter((one) => one.complexity > 10).slice(0, 4);
  const more =
    next.length === 0 ? "" : `, then ${next.map((one) => `${one.name} (${one.at}) ${one.complexity}`).join(", ")}`;
  return `The most complex function is ${most.name} (${most.at}) with a cyclomatic complexity of ${most.complexity}${more}.`;
}

function tellFunctions(files: readonly FileFacts[]): string {
  const functions = functionsOf(files);
  if (functions.length === 0) return "No function was found.";
  if (functions.length > listed) functions.sort((a, b) => b.lines - a.lines);
  const items = functions.map((one) => `${one.name} (${one.at}, ${count(one.lines, "line")})`);
  return functions.length > listed ? `The longest functions are ${list(items)}.` : `The functions are ${list(items)}.`;
}

function tellImports(files: readonly FileFacts[]): string {
  const modules = Map.groupBy(
    files.flatMap((file) => file.imports.map((one) => one.module)),
    (module) => module,
  );
  const items = [...modules]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([module, uses]) => `${module} (${uses.length})`);
  return items.length === 0 ? "Nothing is imported." : `The imported modules, with how often, are ${list(items)}.`;
}

function tellExports(files: readonly FileFacts[]): string {
  const items = files.flatMap((file) => file.exports.map((name) => `${name} (${file.path})`));
  return items.length === 0 ? "Nothing is exported." : `The exports are ${list(items)}.`;
}

function tellUnused(files: readonly FileFacts[]): string {
  const modules = files.filter((file) => file.language === "javascript" || file.language === "typescript");
  const items = modules.flatMap((file) => file.unusedExports.map((name) => `${name} (${file.path})`));
  if (modules.every((file) => file.exports.length === 0)) return "";
  if (modules.length < 2) return "Whether its exports are used can't be seen from one file.";
  const blind = modules.some((file) => file.parseError !== "") ? " as far as the files could be parsed" : "";
  if (items.length === 0) return `Every export is imported by another file${blind}.`;
  return `Exports that no other given file imports${blind}: ${list(items)}.`;
}

function tellMarkers(files: readonly FileFacts[]): string {
  const items = files.flatMap((file) => file.markers.map((one) => `${one.kind} at ${file.path}:${one.line}`));
  return items.length === 0 ? "No TODO, FIXME, XXX or HACK was found." : `Work left to do: ${list(items)}.`;
}

function tellErrors(files: readonly FileFacts[]): string {
  const failed = files.filter((file) => file.parseError !== "");
  const items = failed.map((file) => `${file.path} (${file.parseError})`);
  if (failed.length === 0) return "";
  return `${count(failed.length, "file")} could not be parsed: ${list(items)}.`;
}

function functionsOf(files: readonly FileFacts[]) {
  return files.flatMap((file) => file.functions.map((one) => ({ ...one, at: `${file.path}:${one.line}` })));
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, listed).join(", ");
  return items.length > listed ? `${shown} and ${items.length - listed} more` : shown;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
