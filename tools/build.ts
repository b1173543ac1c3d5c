// Makes dist/: every process, the command line and what they start by path, each bundled to start in a third of the time.
// dist/ can be copied anywhere; beside it node_modules must hold the native code it calls: @biomejs and @oxc-parser.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");

/** What a user or a container starts. What these start by its path is found on the way. */
const started = [
  "services/claude/main.ts",
  "services/gemini/main.ts",
  "services/codex/main.ts",
  "gateway/main.ts",
  "cli/main.ts",
  "deploy/container/health.ts",
];

/** Writes dist/ anew into `folder`; gives the names of its files. */
export async function build(folder: string): Promise<string[]> {
  const files = new Map<string, string | Uint8Array>();
  const modules = new Set<string>();
  // Bundles of their own share no chunks: fewer files to open at start-up, and none evaluated before its turn.
  const entries = new Set(started);
  for (const entry of entries) {
    const bundle = await rolldown({
      cwd: root,
      input: { [nameOf(entry)]: entry },
      platform: "node",
      plugins: [byPath(entries), builtins],
      onLog: refuse,
      // Native code, and the machines of QuickJS that are never started.
      external: [/^@oxc-parser\//, /\.node$/, /^@jitl\/.*-(debug|asyncify).*\/emscripten-module$/],
    });
    const { output } = await bundle.generate({
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: `${nameOf(entry)}-[name].js`,
      assetFileNames: "[name][extname]",
      comments: false,
    });
    await bundle.close();
    for (const file of output) {
      files.set(file.fileName, file.type === "chunk" ? file.code : file.source);
      if (file.type === "chunk") for (const id of file.moduleIds) modules.add(id);
    }
  }
  files.set("package.json", `${JSON.stringify({ private: true, type: "module" })}\n`);
  files.set("licenses.txt", licenses(modules));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  return [...files.keys()];
}

/** A package that is not there would only be warned of. */
function refuse(level: string, { message }: { message: string }): void {
  if (level === "warn") throw new Error(message);
}

/** services/claude/main.ts is claude, sandbox/quickjs-worker.ts is quickjs-worker. */
function nameOf(entry: string): string {
  return basename(entry) === "main.ts" ? basename(dirname(entry)) : basename(entry, ".ts");
}

/** A file written as `new URL("…", import.meta.url)`: code becomes an entry and is called by its name, anything else is copied. */
function byPath(entries: Set<string>): Plugin {
  return {
    name: "by-path",
    transform: {
      filter: { code: "import.meta.url" },
      handler(code, id) {
        return code.replace(/new URL\("([^"]+\.\w+)", ?import\.meta\.url\)/g, (_, path: string) => {
          const target = resolve(dirname(id), path);
          if (!target.endsWith(".ts")) {
            const source = readFileSync(target);
            return `new URL(import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "asset", name: basename(target), source })})`;
          }
          const entry = relative(root, target);
          entries.add(entry);
          return `new URL("./${nameOf(entry)}.js", import.meta.url)`;
        });
      },
    },
  };
}

/** Node's own modules without `import`, which would call all their getters: those of node:http load a whole HTTP client. */
const builtins: Plugin = {
  name: "builtins",
  resolveId: (id, importer) => (isBuiltin(id) && !importer?.startsWith("\0") ? `\0${id}` : null),
  load: {
    filter: { id: /^\0/ },
    handler(id) {
      if (!isBuiltin(id.slice(1))) return null;
      return { code: `module.exports = process.getBuiltinModule("${id.slice(1)}")`, moduleType: "js" };
    },
  },
};

/** The licence texts of Synapse and of every package that is in the bundles. */
function licenses(modules: Iterable<string>): string {
  const packages = [...modules].flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const texts = [root, ...new Set(packages.sort())].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    return `${name} ${version}\n\n${file ? readFileSync(join(folder, file), "utf8") : `License: ${license}\n`}`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

if (import.meta.main) {
  const files = await build(join(root, "dist"));
  process.stdout.write(`dist: ${files.length} files\n`);
}
