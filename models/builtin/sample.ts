// Example data in a task for programs that read it from standard input: commands, edges, rows.
import type { Bare } from "./bare.ts";
import type { Piece } from "./words.ts";

interface Sample extends Bare {
  /** What is not built in, as it stands in the task. */
  readonly data: readonly string[];
}

interface Kind {
  /** What a program reads from standard input. */
  readonly form: string;
  /** How the data looks in a task; what stands in its groups is data, and the rest are words of the topic. */
  readonly looks: readonly RegExp[];
  /** The data as the recipe's text, where it can be built in. */
  readonly text?: (found: string) => string;
}

const node = "(\"?[A-Z][\\p{L}\\d]*\"?|'[^']+'|\\d+)";
const value = "([\\p{L}\\d]+|\"[^\"]+\"|'[^']+')";
/** Where a command ends: "push 3 elements" is none. */
const ends = "(?=\\s*(?:$|[,.;)\\n가-힣]|(?:and|then|push|pop|peek|enqueue|dequeue|put|set|get|size)\\b))";
const arrow = new RegExp(`${value} ?(?:->|=>|→) ?${value}`, "dgu");
const quotedCommand = /(['"‘“](?:join|push|pop|peek|serve|put|get|add|enqueue|dequeue|next|leave)\b[^'"’”]*['"’”])/dgu;

/** An expression with words or nothing around it, so that no part of a longer one is taken. */
const operand = "[-(!]*(?:\\d[\\w.]*|[a-zA-Z_]\\w{0,9})\\)*";
const operator = "\\s?(?:===|!==|[=!<>]=|&&|\\|\\||\\*\\*|[-+*/^%=<>])\\s?";
const expression = new RegExp(
  `(?<=(?:^|[\\p{L}]{2}|[가-힣:,])\\s{0,3})(?<![\\p{L}\\d])(${operand}(?:${operator}${operand})+)(?=[.,;:?!]?(?:$|\\s+[\\p{L},]|[가-힣]|\\n))`,
  "dgu",
);

/** Rows of numbers with slashes, semicolons or line ends between them. */
const rows =
  /(?<![\d.])(-?\d+(?:\.\d+)?(?:[ ,]+-?\d+(?:\.\d+)?)+(?:\s{0,3}[/;\n|]\s{0,3}-?\d+(?:\.\d+)?(?:[ ,]+-?\d+(?:\.\d+)?)+)+)/dgu;

const kinds: Readonly<Record<string, Kind>> = {
  "shortest-path": {
    form: `"from A to E" on the first line, then edges that go one way such as "A B 4"`,
    looks: [
      new RegExp(
        `\\b(?:from|between) (?:node |city |town |vertex |station )?${node} (?:to|and) (?:node )?${node}(?!\\p{L})`,
        "dgu",
      ),
      /(?<![\p{L}])([가-힣]{2,6}|[A-Z])(?:에서|부터) ([가-힣]{2,6}|[A-Z])(?:까지|로|으로)/dgu,
      /([A-Z]\s?(?:-|->|→)?\s?[A-Z]\s?[:= ]\s?\d+)(?!\w)/dgu,
    ],
  },
  "fifo-queue": {
    form: `of lines "push VALUE", "pop", "peek" and "size"`,
    looks: [quotedCommand, new RegExp(`\\b(?:push|enqueue) ${value}${ends}`, "dgu")],
  },
  "lru-cache": {
    form: `of lines "put KEY VALUE" and "get KEY"`,
    looks: [
      quotedCommand,
      new RegExp(`\\b(?:put|set) ${value} ${value}${ends}`, "dgu"),
      /\b(?:put|set)\((\w+, ?\w+)\)/dgu,
      /(?<=\bput\b.{1,200})\bget[( ]([\p{L}\d]+)\)?/dgu,
    ],
  },
  "topological-sort": { form: `of lines "BEFORE AFTER", such as "flour dough"`, looks: [arrow] },
  "csv-group-sum": {
    form: `"by COLUMN sum COLUMN" on the first line, then the CSV with its header`,
    looks: [
      /(?:by|per|each|of|sum|column|columns) (?:the )?(["'“‘][\p{L}\d_ -]{1,30}["'”’])/dgu,
      /\b([\p{L}\d_]+) (?:column|field)\b/dgu,
    ],
  },
  "matrix-transpose": { form: "of JSON", looks: [rows], text: asMatrix },
  tokenizer: {
    form: "of source text",
    looks: [expression],
    text: (found) => found.trim(),
  },
};

/** Numbers in rows as JSON; empty when the rows differ in length. */
function asMatrix(found: string): string {
  const matrix = found.split(/\s*[/;\n|]\s*/).map((row) => row.trim().split(/[ ,]+/).map(Number));
  return matrix.every(({ length }) => length === matrix[0]?.length) ? JSON.stringify(matrix) : "";
}

/** What the program of a recipe reads from standard input. */
export function formOf(id: string): string {
  return kinds[id]?.form ?? "that stands at its top";
}

/** The data in a task that a recipe's program reads; a single one is its text where it takes one. */
export function sampleIn(id: string, text: string, task: readonly Piece[]): Sample {
  const kind = kinds[id];
  // What is quoted is the text, whatever stands around it.
  const isQuoted =
    kind?.text !== undefined && task.some((piece) => piece.kind === "text" && text[piece.from] !== piece.text[0]);
  if (kind === undefined || isQuoted) return { places: new Set(), texts: [], data: [] };
  const spans = kind.looks.flatMap((look) => [...text.matchAll(look)].flatMap(spansOf));
  const covered = (piece: Piece) => spans.some(({ from, to }) => piece.from < to && piece.to > from);
  const places = new Set(task.flatMap((piece, i) => (covered(piece) ? [i] : [])));
  const found = spans.map(({ from, to }) => text.slice(from, to));
  if (kind.text === undefined) return { places, texts: [], data: [...new Set(found)] };
  const texts = found.map(kind.text);
  const isOne = texts.length === 1 && texts[0] !== "";
  return isOne ? { places, texts, data: [] } : { places: new Set(), texts: [], data: [] };
}

function spansOf({ indices }: RegExpExecArray): readonly { readonly from: number; readonly to: number }[] {
  return (indices?.slice(1) ?? []).flatMap((span) => (span === undefined ? [] : [{ from: span[0], to: span[1] }]));
}
