// Which language a file is in, by its name, and how its comments begin.

/** What is known of a language before its text is read. */
export interface Language {
  /** Such as "typescript"; "unknown" when the name tells nothing. */
  readonly name: string;
  /** How the parser must take it; absent when there is no parser for it. */
  readonly parsed?: { readonly lang: "jsx" | "ts" | "tsx" | "dts"; readonly sourceType: SourceType };
  /** What begins a comment that has its line to itself. */
  readonly comments: readonly string[];
}

type SourceType = "module" | "commonjs" | "unambiguous";

const slashes = ["//", "/*"];
const hash = ["#"];
const markup = ["<!--"];

function script(name: string, lang: "jsx" | "ts" | "tsx" | "dts", sourceType: SourceType): Language {
  return { name, parsed: { lang, sourceType }, comments: slashes };
}

const js = script("javascript", "jsx", "unambiguous");
const ts = script("typescript", "ts", "unambiguous");

const byExtension: Record<string, Language> = {
  js,
  jsx: js,
  mjs: script("javascript", "jsx", "module"),
  cjs: script("javascript", "jsx", "commonjs"),
  ts,
  cts: ts,
  mts: script("typescript", "ts", "module"),
  tsx: script("typescript", "tsx", "unambiguous"),
  ...named(slashes, {
    c: "c",
    h: "c",
    cc: "c++",
    cpp: "c++",
    hpp: "c++",
    cs: "c#",
    go: "go",
    java: "java",
    kt: "kotlin",
  }),
  ...named(slashes, { rs: "rust", swift: "swift", scala: "scala", dart: "dart", php: "php", proto: "protobuf" }),
  ...named(slashes, { scss: "scss", less: "less", jsonc: "json" }),
  ...named(["/*"], { css: "css" }),
  ...named(hash, { py: "python", rb: "ruby", sh: "shell", bash: "shell", pl: "perl", r: "r", jl: "julia" }),
  ...named(hash, { yaml: "yaml", yml: "yaml", toml: "toml", tf: "terraform", graphql: "graphql", gql: "graphql" }),
  ...named(["--"], { sql: "sql", lua: "lua", hs: "haskell" }),
  ...named(markup, { html: "html", xml: "xml", svg: "xml", vue: "vue", svelte: "svelte", md: "markdown" }),
  ...named([], { json: "json", txt: "text", csv: "csv" }),
};

const byName = named(hash, { dockerfile: "dockerfile", makefile: "make", gemfile: "ruby", ".gitignore": "gitignore" });

function named(comments: readonly string[], names: Record<string, string>): Record<string, Language> {
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, { name, comments }]));
}

/** The language of the file at `path`. */
export function languageOf(path: string): Language {
  const file = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (/\.d\.[cm]?ts$/.test(file)) return script("typescript", "dts", "module");
  const extension = file.slice(file.lastIndexOf(".") + 1);
  if (Object.hasOwn(byName, file)) return byName[file]!;
  return file.includes(".") && Object.hasOwn(byExtension, extension)
    ? byExtension[extension]!
    : { name: "unknown", comments: [] };
}
