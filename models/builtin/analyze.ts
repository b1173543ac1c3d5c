// Analysis without a model: what parsing tells of any files, and nothing it doesn't.
import { create } from "@bufbuild/protobuf";
import { type Analysis, AnalysisSchema, type FileFacts, FileFactsSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { AnalyzeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import { type IsolationOptions, parseIsolated } from "./analyze-isolated.ts";
import { languageOf } from "./analyze-language.ts";
import { type ParsedFile, type SourceFile, unparsed } from "./analyze-parse.ts";
import { summarize } from "./analyze-summary.ts";
import { countLines, markersByPrefix } from "./analyze-text.ts";
import { unusedExports } from "./analyze-unused.ts";

/** What the given files hold, and an answer to the question as far as parsing can give one. Rejects with the signal's reason. */
export async function analyze(
  { files, question }: Pick<AnalyzeRequest, "files" | "question">,
  options: Partial<IsolationOptions> = {},
): Promise<Analysis> {
  const facts = await factsOf(files, options);
  return create(AnalysisSchema, { summary: summarize(facts, question), files: facts });
}

/** The facts of each file, in the order given. */
export async function factsOf(
  files: readonly SourceFile[],
  options: Partial<IsolationOptions> = {},
): Promise<FileFacts[]> {
  const parsable = files.filter((file) => languageOf(file.path).parsed !== undefined);
  const results = parsable.length === 0 ? [] : await parseIsolated(parsable, options);
  const byFile = new Map(parsable.map((file, i) => [file, results[i]]));
  const parsed = files.map((file) => byFile.get(file) ?? unread(file));
  const unused = unusedExports(files.map(({ path }, i) => ({ path, ...parsed[i]! })));
  return files.map((file, i) => {
    const language = languageOf(file.path).name;
    const lines = countLines(file.content);
    return create(FileFactsSchema, {
      ...shapeOf(parsed[i]!),
      path: file.path,
      language,
      lines,
      unusedExports: unused[i]!,
    });
  });
}

/** A file in a language without a parser: markers, where comments can be told from the rest. */
function unread({ path, content }: SourceFile): ParsedFile {
  return { ...unparsed(""), markers: markersByPrefix(content, languageOf(path).comments) };
}

function shapeOf({ functions, imports, exports, markers, parseError }: ParsedFile) {
  return {
    functions: [...functions],
    imports: imports.map(({ module, names, line }) => ({ module, names: [...names], line })),
    exports: [...exports],
    markers: [...markers],
    parseError,
  };
}
