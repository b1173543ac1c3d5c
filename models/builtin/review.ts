// Review without a model: what a linter and a parser find wrong, by line. Whether the code does its task is for tests to say.
import { create } from "@bufbuild/protobuf";
import {
  type Comment,
  CommentSchema,
  type FileFacts,
  type Review,
  ReviewSchema,
  Severity,
  Verdict,
} from "#gen/synapse/v1/agent_pb.ts";
import type { ReviewCodeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import { factsOf } from "./analyze.ts";
import type { IsolationOptions } from "./analyze-isolated.ts";
import { languageOf } from "./analyze-language.ts";
import type { SourceFile } from "./analyze-parse.ts";
import { isLintable, type Lint, type LintOptions, lint } from "./review-lint.ts";

/** Between McCabe's own limit of 10 and the 20 at which ESLint warns. */
const maxComplexity = 15;
/** The most severe are kept. */
const maxComments = 500;

export interface ReviewOptions {
  parse?: Partial<IsolationOptions>;
  lint?: Partial<LintOptions>;
}

/** Judges files by lint and parse. Rejects with the signal's reason. */
export async function reviewCode(
  { files }: Pick<ReviewCodeRequest, "files">,
  signal: AbortSignal,
  options: ReviewOptions = {},
): Promise<Review> {
  const facts = await factsOf(files, { ...options.parse, signal });
  const comments = facts.flatMap(commentsOn);
  // A file that can't be parsed has its comment already, and may be one to break the linter too.
  const sound = files.filter((file, i) => isLintable(file.path) && facts[i]!.parseError === "");
  const { findings, failed } = sound.length === 0 ? nothing : await lint(sound, { ...options.lint, signal });
  for (const { file, finding } of findings) {
    const { line, severity, message, rule } = finding;
    comments.push(comment(sound[file]!.path, line, Severity[severity], message, rule));
  }
  for (const { file, why } of failed) comments.push(unlinted(sound[file]!.path, why));
  const unknown = files.filter((file) => !isJudged(file));
  for (const file of unknown) comments.push(unread(file));
  const givenUp = facts.some(({ parseError }) => parseError !== "");
  const judged = files.length > unknown.length && failed.length === 0 && !givenUp;
  return create(ReviewSchema, { verdict: verdictOf(comments, judged), comments: ordered(comments, files) });
}

const nothing: Lint = { findings: [], failed: [] };

function isJudged({ path }: SourceFile): boolean {
  return isLintable(path) || languageOf(path).parsed !== undefined;
}

function commentsOn({ path, parseError, functions, markers }: FileFacts): Comment[] {
  return [
    ...(parseError === "" ? [] : [unparsable(path, parseError)]),
    ...functions
      .filter(({ complexity }) => complexity > maxComplexity)
      .map(({ name, line, complexity }) => {
        const text = `${name} has a cyclomatic complexity of ${complexity}, over ${maxComplexity}; split it.`;
        return comment(path, line, Severity.WARNING, text, "complexity");
      }),
    ...markers.map(({ kind, line, text }) => comment(path, line, Severity.INFO, `${kind}: ${text}`, "marker")),
  ];
}

/** An error of the code has its line; where the parser gave up, nothing is known. */
function unparsable(path: string, parseError: string): Comment {
  const [, line, why] = /^line (\d+): (.*)/s.exec(parseError) ?? [];
  if (line === undefined || why === undefined) return comment(path, 0, Severity.WARNING, parseError, "parse");
  return comment(path, Number(line), Severity.ERROR, why, "parse");
}

function unlinted(path: string, why: string): Comment {
  return comment(path, 0, Severity.WARNING, `This file was not linted: ${why}.`, "");
}

function unread({ path }: SourceFile): Comment {
  const { name } = languageOf(path);
  const what = name === "unknown" ? "its language is not known" : `the builtin engine can't judge ${name}`;
  return comment(path, 0, Severity.INFO, `This file was not reviewed: ${what}.`, "");
}

function comment(path: string, line: number, severity: Severity, text: string, rule: string): Comment {
  return create(CommentSchema, { path, line, severity, text, rule });
}

/** Only what was judged as a whole can be approved. */
function verdictOf(comments: readonly Comment[], judged: boolean): Verdict {
  if (comments.some(({ severity }) => severity === Severity.ERROR)) return Verdict.REQUEST_CHANGES;
  return judged ? Verdict.APPROVE : Verdict.UNABLE;
}

/** By file as given, then by line; the least severe are left out when there are too many. */
function ordered(comments: Comment[], files: readonly SourceFile[]): Comment[] {
  const place = new Map(files.map(({ path }, i) => [path, i]));
  const kept = comments.toSorted((a, b) => b.severity - a.severity).slice(0, maxComments);
  return kept.sort((a, b) => (place.get(a.path) ?? 0) - (place.get(b.path) ?? 0) || a.line - b.line);
}
