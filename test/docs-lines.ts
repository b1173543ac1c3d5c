// The commands and the code that the documents show, and where those are proven that can't run in a test.
import { readdirSync, readFileSync } from "node:fs";

export interface Shown {
  /** The document and the line. */
  at: string;
  text: string;
}

export const documents = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** What stands between ``` and ``` in one language, as one piece each. */
export function blocks(language: string, paths: readonly string[] = documents): Shown[] {
  return paths.flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(({ index, 1: block }) => ({
      at: `${path}:${text.slice(0, index).split("\n").length + 1}`,
      text: block!,
    }));
  });
}

/** Every command, with the lines that a backslash joins. */
export function commands(): Shown[] {
  return blocks("sh").flatMap(({ at, text }) => {
    const [path, first] = at.split(":");
    const joined = text.replaceAll("\\\n", "").split("\n");
    return joined
      .map((line, index) => ({ at: `${path}:${Number(first) + index}`, text: line.trim() }))
      .filter(({ text }) => text !== "" && !text.startsWith("#"));
  });
}

/** Commands that can't run here: what proves them, and the words it does it with. */
const elsewhere: readonly [command: RegExp, proof: string, words: string | RegExp][] = [
  [/^\.\/synapse up$/, "test/chaos/up.ts", '"cli/main.ts", "up"'],
  [/^npm test$/, ".ci/run", "npm test"],
  [/^npm run check$/, ".ci/run", "npm run check"],
  [/^npm run test:foreign$/, ".ci/run", "npm run test:foreign"],
  [/^npm run test:browser$/, ".ci/run", "npm run test:browser"],
  [/^npm run test:chaos$/, ".ci/run", "npm run test:chaos"],
  [/^npm run test:containers$/, ".ci/run", "npm run test:containers"],
  [/^npm run bench( |$)/, "bench/bench.test.ts", 'join(root, "cli/main.ts"), "bench"'],
  [/^\.\/synapse drill --quick$/, "test/chaos/drill.test.ts", '["--quick"]'],
  [/^npm run test:mutation\b/, "package.json", '"test:mutation"'],
  [/^npm run nightly$/, "package.json", '"nightly"'],
  [/^npm run build$/, "tools/build.test.ts", "await build(dist)"],
  [/^npm run gen$/, "tools/check.sh", "buf generate"],
  [/^(docker|podman)[ -]compose\b/, "test/packaging.test.ts", 'describe("compose.yaml"'],
  [/^(docker|podman) (build|run)\b/, "test/container.sh", /podman|docker/],
  [
    /^\.\/synapse (run --workspace|apply|artifacts latest changes\.patch)\b/,
    "test/workspace.test.ts",
    'run("run", "--workspace"',
  ],
  [/^git clone\b/, ".ci/run", "fresh clone"],
];

/** The file that proves a command instead; undefined when none does. */
export function provenBy(command: string): string | undefined {
  const [, proof, words] = elsewhere.find(([known]) => known.test(command)) ?? [];
  if (proof === undefined || words === undefined) return undefined;
  const text = readFileSync(proof, "utf8");
  return (typeof words === "string" ? text.includes(words) : words.test(text)) ? proof : undefined;
}
