import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** All files that one brings with it, and which packages they name. */
function brought(entry: string) {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const open = (path: string) => {
    if (files.has(path)) return;
    const text = readFileSync(path, "utf8");
    files.set(path, text);
    for (const [, name = ""] of text.matchAll(/^(?:import|export)(?! type)[\s\w{},*$]*from\s*"([^"]+)"/gm)) {
      if (name.startsWith("#")) open(join(root, name.slice(1)));
      else if (name.startsWith(".")) open(join(dirname(path), name));
      else packages.add(name);
    }
  };
  open(join(root, entry));
  return { files, packages: [...packages].toSorted() };
}

describe("what a client needs", () => {
  const { files, packages } = brought("resilience/index.ts");

  it("is found whole", () => expect(files.size).toBeGreaterThan(100));

  it("needs nothing that only Node has: it runs in browsers, workers and other runtimes", () => {
    expect(packages.filter((name) => name.startsWith("node:") || name.includes("connect-node"))).toEqual([]);
    const nodeOnly = /(?<![.\w"])(Buffer|process|setImmediate|require|__dirname)(?=[.(])|\.unref\(/;
    const found = [...files].filter(([, text]) => nodeOnly.test(text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "")));
    expect(found.map(([path]) => path)).toEqual([]);
  });

  it("brings few packages with it", () => {
    const named = packages.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]);
    expect([...new Set(named)]).toEqual([
      "@bufbuild/protobuf",
      "@bufbuild/protovalidate",
      "@connectrpc/connect",
      "lru-cache",
    ]);
  });
});
