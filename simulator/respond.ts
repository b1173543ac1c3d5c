// Sends what a script says in the words of a dialect, breaks where it says so, and notes what that is billed.
import type { ServerResponse } from "node:http";
import type { Clock } from "#core/clock.ts";
import { type Billed, billedSoFar, type Sent } from "./billing.ts";
import type { Dialect, Event, Refused } from "./dialect.ts";
import { charactersOf, idOf, type Said, saidFor } from "./said.ts";
import type { Answer, ProviderRequest } from "./script.ts";

export interface Exchange {
  readonly dialect: Dialect;
  readonly request: ProviderRequest;
  readonly res: ServerResponse;
  readonly clock: Clock;
  /** Aborts when the caller leaves and when the simulator closes. */
  readonly signal: AbortSignal;
  /** Called anew whenever it grows. */
  bills(billed: Billed): void;
}

export async function respond(exchange: Exchange, answer: Answer): Promise<void> {
  const { dialect, request, res, clock, signal, bills } = exchange;
  const { firstByteMs = 0, fault, errorAfterEvents } = answer;
  if (firstByteMs > 0) await clock.sleep(firstByteMs, signal);
  const requestId = `req_${idOf(request.n)}`;
  const headers = {
    [dialect.requestIdHeader]: requestId,
    ...dialect.limitHeaders(answer, clock.date()),
    ...answer.headers,
  };
  const failing = answer.status ?? (fault && dialect.statusOf[fault]);
  const status = errorAfterEvents === undefined ? (failing ?? 200) : (failing ?? 500);
  const refused: Refused = { ...answer, status, model: request.model, requestId };
  if (status !== 200 && (errorAfterEvents === undefined || !request.stream)) {
    return sendJson(res, status, dialect.error(refused), headers);
  }
  const said = saidFor(request, answer, clock.date(), dialect.countsCacheWrites);
  if (request.stream) return stream(exchange, answer, said, headers, refused);
  bills(said.usage);
  sendWhole(res, JSON.stringify(dialect.whole(said)), headers, answer);
}

async function stream(
  { dialect, res, clock, signal, bills }: Exchange,
  answer: Answer,
  said: Said,
  headers: Record<string, string>,
  refused: Refused,
): Promise<void> {
  res.writeHead(200, { ...headers, "content-type": "text/event-stream", "cache-control": "no-cache" });
  res.flushHeaders();
  const all = charactersOf(said);
  const sent: Sent = { reasoning: 0, said: 0 };
  bills(billedSoFar(said.usage, sent, all));
  const events = dialect.events(said);
  const end = events.findIndex(({ ends }) => ends);
  const isAt = (at: number, after: number | undefined) => after !== undefined && at === Math.min(after, end);
  for (const [at, event] of events.entries()) {
    if (isAt(at, answer.cutAfterEvents)) return cut(res);
    if (isAt(at, answer.endAfterEvents)) return void res.end();
    if (isAt(at, answer.hangAfterEvents)) return;
    if (isAt(at, answer.errorAfterEvents)) return void res.end(written(dialect.errorEvent(refused, at)));
    if (answer.betweenMs) await clock.sleep(answer.betweenMs, signal);
    if (event.carries) {
      sent[event.carries.kind] += event.carries.text.length;
      bills(billedSoFar(said.usage, sent, all));
    }
    // Also where nothing was said.
    if (event.ends) bills(said.usage);
    const text = written(event);
    res.write(answer.garbled && at === Math.min(1, end) ? text.replace(/.{3}\n\n$/, "\n\n") : text);
  }
  res.end();
}

function written({ event, data }: Event): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`;
}

/** What breaks off has half of its body; all of it was thought and is billed. */
function sendWhole(res: ServerResponse, text: string, headers: Record<string, string>, answer: Answer): void {
  const { cutAfterEvents, hangAfterEvents, endAfterEvents, garbled } = answer;
  res.writeHead(200, { ...headers, "content-type": "application/json" });
  const isWhole = (cutAfterEvents ?? hangAfterEvents ?? endAfterEvents) === undefined && !garbled;
  if (isWhole) return void res.end(text);
  res.write(text.slice(0, text.length / 2));
  if (cutAfterEvents !== undefined) cut(res);
  else if (hangAfterEvents === undefined) res.end();
}

/** What was written before goes out first: a reset would overtake it. */
function cut(res: ServerResponse): void {
  setImmediate(() => res.destroy());
}

export function sendJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  res.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify(body));
}
