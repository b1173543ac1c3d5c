// The red check: tests that still pass when the code they test is emptied prove nothing.
import type { SandboxFile } from "./sandbox.ts";

const source = /\.(?:[cm]?[jt]sx?|py|rb|pl|sh|lua|php)$/;
const test =
  /(?:^|\/)(?:tests?|__tests__|spec)\/|(?:^|[/._-])(?:test|tests|spec)(?:[._-][^/]*)?\.\w+$|(?:^|\/)test_[^/]*$/;

export function isTestFile(path: string): boolean {
  return test.test(path);
}

/** The files with all code but the tests taken out; undefined when there is none to empty. */
export function stubbed(files: readonly SandboxFile[]): SandboxFile[] | undefined {
  const isCode = ({ path, content }: SandboxFile) => source.test(path) && !isTestFile(path) && content.byteLength > 0;
  if (!files.some(isCode)) return undefined;
  return files.map((file) => (isCode(file) ? { path: file.path, content: Buffer.from(stub(file)) } : file));
}

/** Nothing, but for JavaScript modules: their exports as functions that do nothing, so that tests which never look at a result still pass. */
function stub({ path, content }: SandboxFile): string {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return "";
  const code = Buffer.from(content).toString("utf8");
  const declared = code.matchAll(/^[ \t]*export\s+(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s+([\w$]+)/gm);
  const listed = [...code.matchAll(/^[ \t]*export\s*\{([^}]{0,4096})\}/gm)].flatMap((list) => list[1]!.split(","));
  const names = [...declared]
    .map((found) => found[1]!)
    .concat(
      listed.map(
        (item) =>
          item
            .trim()
            .split(/\s+as\s+/)
            .at(-1)!,
      ),
    );
  const exported = [...new Set(names)].filter((name) => /^[\w$]+$/.test(name) && name !== "default");
  const hasDefault = /^[ \t]*export\s+default\b/m.test(code) || names.includes("default");
  return [
    ...exported.map((name) => `export function ${name}() {}`),
    ...(hasDefault ? ["export default function () {}"] : []),
  ].join("\n");
}
