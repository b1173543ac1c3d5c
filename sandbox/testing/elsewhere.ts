// A copy of what the room needs, in a folder of its own: for tests under another uid, and from a folder closed to all others.
import { chmodSync, copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Elsewhere {
  /** The root of the copy. */
  readonly folder: string;
  /** A Node binary in it. */
  readonly node: string;
  remove(): void;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The mode decides who can get in: 0o755 for all, 0o700 for the owner alone. */
export function elsewhere(mode: number): Elsewhere {
  const folder = mkdtempSync(join(tmpdir(), "synapse-elsewhere-"));
  for (const name of ["package.json", "core", "gen", "sandbox"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const needed = [
    "@bufbuild/protobuf",
    "@bufbuild/protovalidate",
    "@connectrpc/connect",
    "tar-stream",
    "quickjs-emscripten",
  ];
  for (const name of packages(needed))
    cpSync(join(root, "node_modules", name), join(folder, "node_modules", name), {
      recursive: true,
      dereference: true,
    });
  mkdirSync(join(folder, "bin"));
  const node = join(folder, "bin", "node");
  try {
    linkSync(process.execPath, node);
  } catch {
    copyFileSync(process.execPath, node); // another file system
  }
  chmodSync(folder, mode);
  return { folder, node, remove: () => rmSync(folder, { recursive: true }) };
}

/** These packages and all they need. */
function packages(names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const name of found) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
    for (const dependency of Object.keys(dependencies)) found.add(dependency);
  }
  return found;
}
