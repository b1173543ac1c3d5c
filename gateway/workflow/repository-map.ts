// The map of a repository that planner and coder get instead of its files: paths, sizes, and what the files define.
import type { Workspace } from "#gen/synapse/v1/workflow_pb.ts";
import { contextItem } from "./context-item.ts";
import { type Tree, treeOf } from "./tree.ts";

/** Characters of the map; with more files first the names of what they define go, then the files of large folders. */
const maxMap = 40_000;
const maxSymbols = 12;
/** Larger files are data more often than code. */
const maxParsed = 200_000;

export function mapOf({ files, omitted, base }: Pick<Workspace, "files" | "omitted" | "base">): string {
  const tree = treeOf(files);
  const bytes = files.reduce((sum, file) => sum + Buffer.byteLength(file.content), 0);
  const head = `Map of the repository${base === "" ? "" : ` at ${base}`}: ${files.length} files, ${sizeWords(bytes)}.`;
  const left =
    omitted.length === 0 ? [] : ["Not in the copy, and not to be changed:", ...omitted.map((one) => `- ${one}`)];
  const forms = [detailed, plain, folders].map((form) => form(tree).join("\n"));
  const body = forms.find((text) => text.length <= maxMap) ?? forms.at(-1)!.slice(0, maxMap);
  return contextItem([head, body, ...left].join("\n").slice(0, maxMap + 10_000));
}

function detailed(tree: Tree): string[] {
  return [...tree].map(([path, content]) => {
    const symbols = symbolsOf(path, content);
    return symbols.length === 0 ? lineOf(path, content) : `${lineOf(path, content)}: ${symbols.join(", ")}`;
  });
}

function plain(tree: Tree): string[] {
  return [...tree].map(([path, content]) => lineOf(path, content));
}

/** Folders with how many files they hold: these can be asked for too, and are then listed. */
function folders(tree: Tree): string[] {
  const counts = new Map<string, number>();
  for (const path of tree.keys()) {
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "./";
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].map(([folder, count]) => `${folder} (${count} files)`);
}

function lineOf(path: string, content: string): string {
  return `${path} (${sizeWords(Buffer.byteLength(content))})`;
}

const jsSymbol =
  /^[ \t]*(?:export\s+(?:default\s+)?)?(?:abstract\s+|async\s+)*(?:function\s*\*?|class|interface|enum|type)\s+([\w$]+)|^export\s+(?:const|let|var)\s+([\w$]+)/gm;
const symbols: readonly (readonly [RegExp, RegExp])[] = [
  [/\.[cm]?[jt]sx?$/, jsSymbol],
  [/\.py$/, /^(?:async\s+)?(?:def|class)\s+(\w+)/gm],
  [/\.go$/, /^(?:func\s+(?:\([^)\n]{0,200}\)\s*)?|type\s+)(\w+)/gm],
  [/\.rs$/, /^[ \t]*pub(?:\([^)\n]{0,50}\))?\s+(?:async\s+)?(?:fn|struct|enum|trait|mod)\s+(\w+)/gm],
  [
    /\.(?:java|kt|cs|php|rb|swift|scala)$/,
    /^[ \t]*(?:[\w@]+[ \t]+){0,5}(?:class|interface|def|fun|func|function)\s+(\w+)/gm,
  ],
  [/\.(?:c|cc|cpp|h|hpp)$/, /^(?:struct|class|enum)\s+(\w+)|^\w[\w \t*]{0,100}?\b(\w+)\([^;\n]{0,300}\)\s*\{?$/gm],
];

function symbolsOf(path: string, content: string): string[] {
  const pattern = symbols.find(([name]) => name.test(path))?.[1];
  if (pattern === undefined || content.length > maxParsed) return [];
  const found = new Set<string>();
  for (const [, one, other] of content.matchAll(pattern)) {
    found.add((one ?? other)!);
    if (found.size > maxSymbols) return [...[...found].slice(0, maxSymbols), "..."];
  }
  return [...found];
}

function sizeWords(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
}
