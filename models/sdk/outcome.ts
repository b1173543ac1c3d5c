// What became of a request: a whole answer, or the one fault it failed with, in words that say what to do.
import { Fault } from "../provider-failure.ts";
import type { Json } from "./dialect.ts";
import { retryAfterMs } from "./retry-after.ts";
import { faultOf, type Said, saidBy, saidIn } from "./said.ts";
import { scrubbed } from "./scrub.ts";
import { homes, type Kind } from "./settings.ts";
import { codeOf, type Heard, maxAnswerBytes, wasReached } from "./wire.ts";

/** All that is known at the end of a request. */
export interface Ending {
  readonly kind: Kind;
  readonly model: string;
  readonly baseUrl: string;
  readonly heard: Heard;
  /** The stream came to its own end. */
  readonly ended: boolean;
  /** An error that came as an event. */
  readonly error: Json | undefined;
  readonly text: string;
  /** Why the model stopped, as the library has it for all providers, and in the provider's own word. */
  readonly finish: string;
  readonly stop: string;
  /** What the library could not make sense of. */
  readonly confused: unknown;
  readonly maxOutputTokens: number;
  readonly apiKey: string;
  readonly now: Date;
}

export interface Fallen {
  readonly fault: Fault;
  /** May hold what the provider said, and with it anything. */
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  readonly requestId?: string;
}

/** Undefined for an answer that is whole. */
export function fallen(ending: Ending): Fallen | undefined {
  const { heard, error } = ending;
  if (heard.silent) return silent(ending);
  if (heard.flooded) {
    return {
      fault: Fault.LENGTH,
      message: `${whoOf(ending)} sent more than ${maxAnswerBytes >> 20} MiB for one answer`,
    };
  }
  if (heard.status === 0) return unanswered(ending);
  if (heard.status < 200 || heard.status > 299) return refusedRequest(ending);
  if (error !== undefined) return said(ending, saidIn(error), error);
  return ending.ended ? unfit(ending) : broken(ending);
}

/** Compatible servers have no name but their address. */
function whoOf({ kind, baseUrl }: Ending): string {
  return kind === "compatible" ? `the server at ${new URL(baseUrl).host}` : kind;
}

const placeOf = ({ kind, baseUrl }: Ending) => (kind === "compatible" ? "" : ` at ${new URL(baseUrl).host}`);

function silent(ending: Ending): Fallen {
  const { heard } = ending;
  const who = whoOf(ending);
  const seconds = `${Math.round(heard.silentMs / 1000)} s`;
  if (heard.silent === "slow") return { fault: Fault.SLOW, message: `${who} did not answer within ${seconds}` };
  return { fault: Fault.STALLED, message: `${who} fell silent for ${seconds} in the midst of its answer` };
}

function unanswered(ending: Ending): Fallen {
  const { kind, heard } = ending;
  const who = whoOf(ending);
  if (wasReached(heard.broken)) {
    return { fault: Fault.CUT, message: `${who} closed the connection before it answered` };
  }
  const code = codeOf(heard.broken);
  const help = `check the network and ${homes[kind].urlName}`;
  return { fault: Fault.UNREACHABLE, message: `${who} can't be reached${placeOf(ending)} (${code}): ${help}` };
}

function refusedRequest(ending: Ending): Fallen {
  const { kind, baseUrl, heard } = ending;
  if (heard.status < 400) {
    const help = `set ${homes[kind].urlName} to where it points`;
    return { fault: Fault.REQUEST, message: `${new URL(baseUrl).host} answers with a redirect: ${help}` };
  }
  const refusal = saidBy(heard.refusal);
  return said(ending, refusal, refusal.body);
}

function said(ending: Ending, words: Said, body: Json): Fallen {
  const { heard, now } = ending;
  const fault = faultOf(heard.status, words);
  const waits =
    fault === Fault.RATE_LIMIT || fault === Fault.QUOTA || fault === Fault.OVERLOADED || fault === Fault.SERVER;
  return {
    fault,
    message: `${inOurWords(fault, ending)}${quoted(fault, words, ending)}`,
    ...(waits && { retryAfterMs: retryAfterMs(heard.headers, body, now) }),
    requestId: words.requestId,
  };
}

function inOurWords(fault: Fault, ending: Ending): string {
  const { kind, model, heard } = ending;
  const who = whoOf(ending);
  const { keyName, urlName } = homes[kind];
  const status = heard.status >= 400 ? ` (${heard.status})` : "";
  switch (fault) {
    case Fault.AUTH:
      return `${who} does not know the key${status}: set ${keyName} to a valid one`;
    case Fault.FORBIDDEN:
      return `${who} does not allow this with the key in ${keyName}${status}`;
    case Fault.QUOTA:
      return `what was paid for at ${who} is used up${status}: add credit, or set ${keyName} to another key`;
    case Fault.RATE_LIMIT:
      return `${who} takes no more requests for now${status}`;
    case Fault.OVERLOADED:
      return `${who} has too much to do${status}`;
    case Fault.REFUSED:
      return `${who} refuses to answer this${status}`;
    case Fault.REQUEST:
      if (heard.status !== 404) return `${who} does not take the request${status}`;
      return `${who} has no model ${model}${placeOf(ending)}${status}: check the model's name and ${urlName}`;
    default:
      return `${who} failed${status || " in the midst of its answer"}`;
  }
}

/** What is said of a key may show part of it; half a key that was cut is known to nobody as one. */
function quoted(fault: Fault, { message }: Said, { apiKey }: Ending): string {
  if (fault === Fault.AUTH || message === "") return "";
  const line = scrubbed(message, [apiKey]).replace(/\s+/g, " ").trim();
  return `: ${JSON.stringify(line.length > 300 ? `${line.slice(0, 300)}…` : line)}`;
}

/** The stream did not come to its end. */
function broken(ending: Ending): Fallen {
  const { kind, heard, baseUrl } = ending;
  const who = whoOf(ending);
  const isStream = /^text\/event-stream\b/i.test(heard.headers.get("content-type") ?? "");
  if (heard.malformed) return { fault: Fault.MALFORMED, message: `${who} sent an event that is no JSON` };
  if (heard.events === 0 && !isStream && heard.broken === undefined) {
    const message = `${new URL(baseUrl).host} does not speak as ${kind} servers do: check ${homes[kind].urlName}`;
    return { fault: Fault.MALFORMED, message };
  }
  return { fault: Fault.CUT, message: `${who} broke off before the end of its answer` };
}

/** The stream came to its end, but what it brought is no answer. */
function unfit(ending: Ending): Fallen | undefined {
  const { heard, finish, stop, text, confused, maxOutputTokens } = ending;
  const who = whoOf(ending);
  if (finish === "content-filter") return { fault: Fault.REFUSED, message: `${who} refuses to answer this` };
  if (finish === "length") {
    const message = `${who} did not come to the end of its answer within ${maxOutputTokens} tokens`;
    return { fault: Fault.LENGTH, message };
  }
  if (stop === "pause_turn") return { fault: Fault.CUT, message: `${who} paused before the end of its answer` };
  if (heard.malformed || confused !== undefined) {
    return { fault: Fault.MALFORMED, message: `${who} sent an event that can't be read` };
  }
  if (text.trim() === "") return { fault: Fault.EMPTY, message: `${who} gave an empty answer` };
  // Such as a call of a tool that it was not given.
  if (finish !== "stop") return { fault: Fault.MALFORMED, message: `${who} ended its answer in an unknown way` };
  return undefined;
}
