// Which fault it is that a program speaks of, by the HTTP status it names or else by its words.
import { Fault } from "../provider-failure.ts";
import { objectOf, type Trouble, textOf } from "./cli.ts";

interface Rule {
  readonly fault: Fault;
  readonly statuses?: readonly number[];
  readonly words?: RegExp;
}

/** In their order: the first that fits. */
const rules: readonly Rule[] = [
  { fault: Fault.REFUSED, words: /usage policy|safety settings|recitation|content_filter|content policy/i },
  { fault: Fault.QUOTA, statuses: [402], words: /credit balance|billing details|out of credits|daily quota/i },
  { fault: Fault.QUOTA, words: /hit your .{0,20}limit|limit reached|limit has been reached|quota will reset/i },
  { fault: Fault.RATE_LIMIT, statuses: [429], words: /rate.?limit|too many requests|resource.exhausted|\b429\b/i },
  { fault: Fault.RATE_LIMIT, words: /current quota|exhausted your/i },
  { fault: Fault.AUTH, statuses: [401], words: /not logged in|log ?in again|\/login|\b401\b|unauthenticated/i },
  {
    fault: Fault.AUTH,
    words: /api key (provided|not valid)|invalid api key|access token could not|_API_KEY environment/i,
  },
  {
    fault: Fault.AUTH,
    words: /manual authorization|missing bearer|token.{0,20}(expired|revoked|invalid)|invalid auth method/i,
  },
  { fault: Fault.FORBIDDEN, statuses: [403], words: /permission.denied|\b403\b|forbidden/i },
  { fault: Fault.OVERLOADED, statuses: [503, 529], words: /overloaded|at capacity|high demand|\b(503|529)\b/i },
  { fault: Fault.LENGTH, words: /max_(output_)?tokens|output token maximum|token limit/i },
  { fault: Fault.EMPTY, words: /empty response/i },
  {
    fault: Fault.UNREACHABLE,
    words: /unable to connect|refused|ENOTFOUND|EAI_AGAIN|fetch failed|error sending request/i,
  },
  { fault: Fault.UNREACHABLE, words: /waiting for network|discovery failed|network is unreachable|dns error/i },
  {
    fault: Fault.CUT,
    words: /disconnected|stream ended|ECONNRESET|connection.{0,20}lost|finish reason|malformed response/i,
  },
  { fault: Fault.MALFORMED, words: /max session turns|\bJSON\b.{0,20}(parse|position|error)|JSON Parse/i },
  { fault: Fault.CUT, words: /\bterminated|other side closed/i },
  { fault: Fault.REQUEST, statuses: [400, 404, 413, 422], words: /unknown (option|argument)|unexpected argument/i },
  { fault: Fault.REQUEST, words: /not found|does not exist|not supported|invalid|too long|context (window|length)/i },
];

/** What it states itself goes before all words. */
export function faultOf({ fault, status = 0, words }: Trouble): Fault {
  const stated = rules.find(({ statuses }) => statuses?.includes(status))?.fault;
  const worded = rules.find((rule) => rule.words?.test(words))?.fault;
  // Beside the status the words may say more, but not all of it: advice on a 429 speaks of keys and logins too.
  if (fault === undefined && stated === Fault.REQUEST) return worded ?? stated;
  if ((fault ?? stated) === Fault.RATE_LIMIT) return worded === Fault.QUOTA ? worded : Fault.RATE_LIMIT;
  return fault ?? stated ?? (status >= 500 ? Fault.SERVER : (worded ?? Fault.SERVER));
}

/** The message within, where the words are the JSON of an answer. */
export function plainWords(said: string): string {
  const words = said.replace(/^\[API Error: ([\s\S]*)\]/, "$1").replace(/^API Error: /, "");
  const from = words.indexOf("{");
  const to = words.lastIndexOf("}");
  if (from < 0 || to < from) return oneLine(words);
  try {
    const body = objectOf(JSON.parse(words.slice(from, to + 1)));
    return oneLine(textOf(objectOf(body.error).message) || textOf(body.message) || words);
  } catch {
    return oneLine(words);
  }
}

const maxWords = 300;

function oneLine(words: string): string {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > maxWords ? `${line.slice(0, maxWords)}…` : line;
}
