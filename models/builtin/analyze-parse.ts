// What parsing one JavaScript or TypeScript file tells. The parser is native: run it where it may crash (analyze-child.ts).
import { type EcmaScriptModule, parseSync } from "oxc-parser";
import { type FunctionShape, walk } from "./analyze-functions.ts";
import { languageOf } from "./analyze-language.ts";
import { lineIndex, type MarkerFacts, markersIn } from "./analyze-text.ts";

export interface SourceFile {
  readonly path: string;
  readonly content: string;
}

export interface ImportShape {
  readonly module: string;
  /** "*" for all of it, empty for a side effect. */
  readonly names: readonly string[];
  readonly line: number;
}

/** The facts of one parsed file; plain values, so that they can cross to another process. */
export interface ParsedFile {
  readonly functions: readonly FunctionShape[];
  readonly imports: readonly ImportShape[];
  readonly exports: readonly string[];
  readonly markers: readonly MarkerFacts[];
  /** "line 3: why"; empty when it could be parsed. */
  readonly parseError: string;
}

/** A file of which nothing is known but why. */
export function unparsed(parseError: string): ParsedFile {
  return { functions: [], imports: [], exports: [], markers: [], parseError };
}

/** Parses one file. May take long, or crash the process, on text made for it. */
export function parseFile({ path, content }: SourceFile): ParsedFile {
  const { parsed } = languageOf(path);
  if (parsed === undefined) throw new RangeError(`${path} is in a language without a parser`);
  const result = parseSync(path, content, { ...parsed, preserveParens: false });
  const lineOf = lineIndex(content);
  const error = result.errors.find((one) => one.severity === "Error");
  if (error !== undefined) return unparsed(`line ${lineOf(error.labels[0]?.start ?? 0)}: ${error.message}`);
  const { functions, loads, commonJs } = walk(result.program, content, lineOf);
  const { module, comments } = result;
  const imports = [...staticImports(module), ...loads.map((load) => ({ ...load, names: ["*"] }))];
  return {
    functions,
    imports: imports
      .sort((a, b) => a.start - b.start)
      .map(({ module, names, start }) => ({ module, names, line: lineOf(start) })),
    exports: [...new Set(module.hasModuleSyntax ? staticExports(module) : commonJs)],
    markers: comments.flatMap((comment) => markersIn(comment.value, lineOf(comment.start))),
    parseError: "",
  };
}

function staticImports(module: EcmaScriptModule): { module: string; names: string[]; start: number }[] {
  const imports = module.staticImports.map(({ moduleRequest, entries, start }) => ({
    module: moduleRequest.value,
    names: entries.map(({ importName: { kind, name } }) =>
      kind === "NamespaceObject" ? "*" : kind === "Default" ? "default" : (name ?? ""),
    ),
    start,
  }));
  const passedOn = module.staticExports.flatMap(({ entries, start, end }) => {
    // The parser counts `import { a } from "m"; export { a };` as passed on too, under the import's own place.
    const own = entries.filter((entry) => entry.moduleRequest && entry.start >= start && entry.end <= end);
    const request = own[0]?.moduleRequest?.value;
    if (request === undefined) return [];
    const names = own.map(({ importName }) => (importName.kind === "Name" ? (importName.name ?? "") : "*"));
    return [{ module: request, names, start }];
  });
  return [...imports, ...passedOn];
}

function staticExports(module: EcmaScriptModule): string[] {
  const entries = module.staticExports.flatMap((statement) => statement.entries).sort((a, b) => a.start - b.start);
  return entries.map(({ exportName: { kind, name }, moduleRequest }) =>
    kind === "Default" ? "default" : kind === "Name" ? (name ?? "") : `* from ${moduleRequest?.value ?? ""}`,
  );
}
