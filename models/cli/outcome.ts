// What became of a call of a program: a whole answer, or the one fault it failed with, in words that say what to do.
import { Fault } from "../provider-failure.ts";
import type { Cli, Told } from "./cli.ts";
import { faultOf, plainWords } from "./faults.ts";
import type { Ended } from "./process.ts";
import { waitIn } from "./resets.ts";

/** All that is known at the end. */
export interface Ending {
  readonly cli: Cli;
  /** What was started. */
  readonly program: string;
  readonly folder: string;
  readonly told: Told;
  readonly ended: Ended;
  /** A line that should have been JSON was none. */
  readonly isMalformed: boolean;
  readonly maxOutputTokens: number;
  readonly now: Date;
}

export interface Fallen {
  readonly fault: Fault;
  /** May hold what the program said, and with it anything. */
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Undefined for an answer that is whole. */
export function fallen(ending: Ending): Fallen | undefined {
  const { cli, told, ended, isMalformed } = ending;
  if (ended.unstarted !== undefined) return unstarted(ending, ended.unstarted);
  if (ended.isAlarmed) return cli.name === "gemini" ? unsettled(ending) : tooled(ending);
  if (told.isOver || told.isEnough) return told.trouble ? troubled(ending, told.trouble.words) : unfit(ending);
  if (ended.tooLong) return unreadable(ending, "is too long");
  if (isMalformed) return unreadable(ending, "can't be read");
  if (ended.silent !== undefined) return silent(ending);
  return broken(ending);
}

function unreadable({ cli }: Ending, why: string): Fallen {
  return { fault: Fault.MALFORMED, message: `${cli.title} wrote a line that ${why}` };
}

function unstarted({ cli, program }: Ending, code: string): Fallen {
  if (code === "ENOENT" && !program.includes("/")) {
    const message = `${cli.title} is not installed: there is no ${program} on the PATH; get it with \`${cli.install}\``;
    return { fault: Fault.REQUEST, message };
  }
  return { fault: Fault.REQUEST, message: `${cli.title} can't be started: ${program} fails with ${code}` };
}

/** Gemini CLI goes on without the settings that switch its tools off. */
function unsettled({ cli, folder }: Ending): Fallen {
  const message = `${cli.title} takes no settings from ${folder}: nobody but its owner may be able to write there, or above`;
  return { fault: Fault.REQUEST, message };
}

function tooled({ cli }: Ending): Fallen {
  return { fault: Fault.MALFORMED, message: `the model of ${cli.title} called a tool that it was not given` };
}

function silent({ cli, told, ended }: Ending): Fallen {
  if (told.trouble) {
    return { fault: faultOf(told.trouble), message: `${cli.title} gave no answer${quoted(told.trouble.words)}` };
  }
  if (ended.silent === "slow") {
    return { fault: Fault.SLOW, message: `${cli.title} did not answer within ${seconds(cli.firstByteMs)}` };
  }
  const message = `${cli.title} fell silent for ${seconds(cli.stallMs)} in the midst of its answer`;
  return { fault: Fault.STALLED, message };
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

function troubled(ending: Ending, words: string): Fallen {
  const { cli, told, ended, now } = ending;
  const trouble = { ...told.trouble, ...cli.readExit?.(ended.code ?? 0), words };
  const stated = faultOf(trouble);
  // What says when it is lifted is no mere rate.
  const fault = stated === Fault.RATE_LIMIT && told.resetsAtMs !== undefined ? Fault.QUOTA : stated;
  const waits = fault === Fault.QUOTA || fault === Fault.RATE_LIMIT || fault === Fault.OVERLOADED;
  const resetMs = told.resetsAtMs === undefined ? waitIn(words, now) : Math.max(0, told.resetsAtMs - now.getTime());
  return {
    fault,
    message: `${inOurWords(fault, ending)}${fault === Fault.AUTH || fault === Fault.LENGTH ? "" : quoted(words)}`,
    status: trouble.status,
    ...(waits && resetMs !== undefined && { retryAfterMs: resetMs }),
  };
}

function inOurWords(fault: Fault, { cli, told, maxOutputTokens }: Ending): string {
  switch (fault) {
    case Fault.AUTH:
      return `${cli.title} is not logged in, or its key is not known: ${cli.login}`;
    case Fault.FORBIDDEN:
      return `${cli.title} may not do this with its login`;
    case Fault.QUOTA:
      return `${cli.title} has used up what its login may use for now`;
    case Fault.RATE_LIMIT:
      return `${cli.title} may send no more requests for now`;
    case Fault.OVERLOADED:
      return `the provider of ${cli.title} has too much to do`;
    case Fault.REFUSED:
      return `${cli.title} refuses to answer this`;
    case Fault.LENGTH:
      return `${cli.title} did not come to the end of its answer within ${maxOutputTokens} tokens`;
    case Fault.EMPTY:
      return `${cli.title} gave an empty answer`;
    case Fault.MALFORMED:
      return `${cli.title} got an answer that can't be read`;
    case Fault.UNREACHABLE:
      return `${cli.title} can't reach its provider: check the network`;
    case Fault.CUT:
      return `${cli.title} lost its provider ${told.text === "" ? "before" : "in the midst of"} the answer`;
    case Fault.REQUEST:
      return `${cli.title} can't do this request`;
    default:
      return `${cli.title} failed`;
  }
}

const quoted = (words: string) => {
  const plain = plainWords(words);
  return plain === "" ? "" : `: ${JSON.stringify(plain)}`;
};

/** It ended without the line that ends an answer, whatever its exit code says. */
function broken(ending: Ending): Fallen {
  const { cli, ended } = ending;
  const { code, signal, stderr } = ended;
  if (code === 0) return { fault: Fault.CUT, message: `${cli.title} ended without the end of its answer` };
  if (signal !== null) return { fault: Fault.CUT, message: `${cli.title} was ended by ${signal} before its answer` };
  const trouble = { words: stderr, ...cli.readExit?.(code ?? 0) };
  const fault = faultOf(trouble);
  const why = quoted(lastLine(stderr));
  if (fault === Fault.SERVER) return { fault, message: `${cli.title} ended with exit code ${code}${why}` };
  if (/unknown (option|argument)|unexpected argument/i.test(stderr)) {
    return {
      fault,
      message: `${cli.title} is too old or too new for Synapse: get it anew with \`${cli.install}\`${why}`,
    };
  }
  return { fault, message: `${inOurWords(fault, ending)}${fault === Fault.AUTH ? "" : why}`, status: trouble.status };
}

/** Not of a stack. */
const lastLine = (text: string) =>
  text
    .split("\n")
    .filter((line) => /^\S/.test(line) && /\w/.test(line))
    .at(-1) ?? "";

/** It came to its end, but what it brought is no answer. */
function unfit(ending: Ending): Fallen | undefined {
  const { cli, told, maxOutputTokens } = ending;
  if (told.value === undefined && told.text.trim() === "") {
    return { fault: Fault.EMPTY, message: inOurWords(Fault.EMPTY, ending) };
  }
  const isFull = told.value === undefined && (told.tokens.output ?? 0) >= maxOutputTokens;
  // Gemini CLI does not say that its answer was cut by its length.
  if (cli.name === "gemini" && isFull) return { fault: Fault.LENGTH, message: inOurWords(Fault.LENGTH, ending) };
  return undefined;
}
