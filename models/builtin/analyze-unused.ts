// Which exports no other given file imports.
import { posix } from "node:path";
import type { ParsedFile } from "./analyze-parse.ts";

/** A file as far as its modules go. */
export interface ModuleFile extends Pick<ParsedFile, "imports" | "exports"> {
  readonly path: string;
}

const extensions = ["", ".ts", ".tsx", ".mts", ".cts", ".d.ts", ".js", ".jsx", ".mjs", ".cjs"];

/** For each file, in the order given, its exports that no other one imports. */
export function unusedExports(files: readonly ModuleFile[]): string[][] {
  const find = resolver(files.map((file) => posix.normalize(file.path)));
  const used = files.map(() => new Set<string>());
  files.forEach((file, index) => {
    for (const { module, names } of file.imports) {
      for (const target of find(posix.normalize(file.path), module)) {
        if (target !== index) for (const name of names) used[target]?.add(name);
      }
    }
  });
  return files.map(({ exports }, index) => {
    const names = used[index] ?? new Set();
    return names.has("*") ? [] : exports.filter((name) => !names.has(name) && !name.startsWith("* from "));
  });
}

/** A function that gives the indexes of the files an import may mean; none for what is not among them. */
function resolver(paths: readonly string[]): (from: string, module: string) => readonly number[] {
  const exact = new Map(paths.map((path, index) => [path, index]));
  const byEnd = new Map<string, number[]>();
  paths.forEach((path, index) => {
    const parts = path.split("/");
    parts.forEach((_, from) => {
      const end = parts.slice(from).join("/");
      byEnd.set(end, [...(byEnd.get(end) ?? []), index]);
    });
  });
  return (from, module) => {
    if (/^\.{1,2}(\/|$)/.test(module)) {
      const target = posix.normalize(posix.join(posix.dirname(from), module)).replace(/\/$/, "");
      const found = candidates(target).find((path) => exact.has(path));
      return found === undefined ? [] : [exact.get(found)!];
    }
    // An alias such as "#core/clock.ts" or "@/core/clock": where it leads is configured elsewhere, so any path that ends so is meant.
    const alias = /^(?:#|[@~]\/)\/?(.+)$/.exec(module)?.[1];
    return alias === undefined ? [] : candidates(alias).flatMap((path) => byEnd.get(path) ?? []);
  };
}

/** The paths a specifier may stand for: itself, with an extension, a folder's index, or TypeScript under its JavaScript name. */
function candidates(target: string): string[] {
  const typed = target.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  const files = extensions.map((extension) => target + extension);
  const renamed = typed === target ? [] : [typed, typed.replace(/\.ts$/, ".tsx")];
  return [...files, ...renamed, ...extensions.slice(1).map((extension) => posix.join(target, `index${extension}`))];
}
