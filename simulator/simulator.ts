// A server that speaks as model providers do, and fails by script: for tests, the drill and the benchmark.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "#core/clock.ts";
import { messageOf } from "#core/failure.ts";
import { anthropic } from "./anthropic.ts";
import { type Dialect, saidFor } from "./dialect.ts";
import { type Answer, answerFor, type ProviderRequest, type Script } from "./script.ts";

export interface Simulator extends AsyncDisposable {
  /** What a provider's base URL is set to. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ProviderRequest[];
  /** What happens from the next request on. */
  script(script: Script): void;
}

export interface SimulatorOptions {
  script: Script;
  dialects: readonly Dialect[];
  clock: Clock;
}

export const simulatorDefaults: SimulatorOptions = { script: {}, dialects: [anthropic], clock: systemClock };

/** Where another process gives it a script, as JSON. */
export const scriptPath = "/simulator/script";

/** Listens on a free loopback port. */
export async function simulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const { dialects, clock } = { ...simulatorDefaults, ...options };
  let { script } = { ...simulatorDefaults, ...options };
  let scriptedFrom = 0;
  const requests: ProviderRequest[] = [];
  const closing = new AbortController();

  function follow(next: Script): void {
    script = next;
    scriptedFrom = requests.length;
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url?.split("?")[0] ?? "";
    if (path === scriptPath && req.method === "POST") {
      follow((await jsonOf(req)) as Script);
      return void res.writeHead(204).end();
    }
    const dialect = req.method === "POST" ? dialects.find((each) => each.path.test(path)) : undefined;
    if (dialect === undefined) return sendJson(res, 404, { error: `nothing is simulated at ${req.method} ${path}` });
    const body = await jsonOf(req);
    const request = { n: requests.length + 1, dialect: dialect.name, headers: req.headers, body };
    requests.push(request);
    await answer(dialect, request, answerFor(script, request, request.n - scriptedFrom), res);
  }

  async function answer(dialect: Dialect, request: ProviderRequest, scripted: Answer, res: ServerResponse) {
    const { status = 200, firstByteMs = 0, limit, retryAfterS } = scripted;
    if (firstByteMs > 0) await clock.sleep(firstByteMs, closing.signal);
    const said = saidFor(request, scripted);
    const headers: Record<string, string> = {
      "request-id": `req_${said.id}`,
      ...(limit === undefined ? {} : dialect.limitHeaders(limit, clock.date())),
      ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
      ...scripted.headers,
    };
    if (status !== 200) {
      return sendJson(res, status, dialect.error(status, scripted.message, `req_${said.id}`), headers);
    }
    if (!dialect.isStream(request)) return sendWhole(res, dialect.whole(said), headers, scripted);
    res.writeHead(200, { ...headers, "content-type": "text/event-stream", "cache-control": "no-cache" });
    for (const [at, { event, data }] of dialect.events(said).entries()) {
      if (at === scripted.cutAfterEvents) return cut(res);
      if (at === scripted.hangAfterEvents) return;
      if (scripted.betweenMs) await clock.sleep(scripted.betweenMs, closing.signal);
      if (res.destroyed) return;
      res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    res.end();
  }

  const server = createServer((req, res) => {
    res.on("error", () => {});
    serve(req, res).catch((error: unknown) => {
      if (closing.signal.aborted || res.headersSent) res.destroy();
      else sendJson(res, 400, { error: messageOf(error) });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script: follow,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      closing.abort();
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function jsonOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of req.setEncoding("utf8")) text += chunk;
  return JSON.parse(text || "{}") as Record<string, unknown>;
}

/** A whole answer; one that is cut has half of its body. */
function sendWhole(res: ServerResponse, body: unknown, headers: Record<string, string>, { cutAfterEvents }: Answer) {
  if (cutAfterEvents === undefined) return sendJson(res, 200, body, headers);
  const text = JSON.stringify(body);
  res.writeHead(200, { ...headers, "content-type": "application/json", "content-length": text.length });
  res.write(text.slice(0, text.length / 2));
  cut(res);
}

/** What was written before goes out first: a reset would overtake it. */
function cut(res: ServerResponse): void {
  setImmediate(() => res.destroy());
}

function sendJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  res.writeHead(status, { ...headers, "content-type": "application/json" }).end(JSON.stringify(body));
}
