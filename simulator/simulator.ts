// A server that speaks as model providers do, and fails by script: for tests, the drill and the benchmark.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "#core/clock.ts";
import { messageOf } from "#core/failure.ts";
import { anthropic } from "./anthropic.ts";
import { type Billed, sum } from "./billing.ts";
import { compatible } from "./compatible.ts";
import type { Dialect } from "./dialect.ts";
import { google } from "./google.ts";
import { counting, listing } from "./listings.ts";
import { openai } from "./openai.ts";
import { respond, sendJson } from "./respond.ts";
import { type Answer, answerFor, type ProviderRequest, type Script } from "./script.ts";

export interface Simulator extends AsyncDisposable {
  /** What a provider's base URL is set to; `/v1` or `/v1beta` comes behind it. */
  readonly url: string;
  /** Every request for an answer so far, oldest first. */
  readonly requests: readonly ProviderRequest[];
  /** What all of them cost. */
  billed(): Billed;
  /** What happens from the next request on. */
  script(script: Script): void;
}

export interface SimulatorOptions {
  script: Script;
  dialects: readonly Dialect[];
  /** What is listed; any other model is answered all the same, if the script does not say otherwise. */
  models: readonly string[];
  /** The only key that is taken; any is, and none too, when absent. */
  apiKey: string | undefined;
  /** 0 takes a free one. */
  port: number;
  clock: Clock;
}

export const simulatorDefaults: SimulatorOptions = {
  script: {},
  dialects: [anthropic, google, openai, compatible],
  models: ["simulated"],
  apiKey: undefined,
  port: 0,
  clock: systemClock,
};

/** Where another process gives it a script, as JSON. */
export const scriptPath = "/simulator/script";
/** Where another process asks what was billed. */
export const billedPath = "/simulator/billed";

/** Listens on loopback. */
export async function simulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const { dialects, models, apiKey, port, clock } = { ...simulatorDefaults, ...options };
  let { script } = { ...simulatorDefaults, ...options };
  let scriptedFrom = 0;
  const requests: (ProviderRequest & { billed?: Billed })[] = [];
  const closing = new AbortController();
  const billed = () => sum(requests.map((request) => request.billed));

  function follow(next: Script): void {
    script = next;
    scriptedFrom = requests.length;
  }

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(req.url ?? "/", "http://simulator");
    if (req.method === "GET") {
      const listed = path === billedPath ? bill() : listing(path, req.headers, models);
      return listed === undefined ? unknown(req, res) : sendJson(res, 200, listed);
    }
    if (req.method !== "POST") return unknown(req, res);
    const body = await jsonOf(req);
    if (path === scriptPath) {
      follow(body as Script);
      return void res.writeHead(204).end();
    }
    const dialect = dialects.find((each) => each.path.test(path));
    const count = counting(path, body);
    if (count !== undefined) return sendJson(res, 200, count);
    if (dialect === undefined) return unknown(req, res);
    const key = dialect.keyOf(req.headers, query);
    const request: ProviderRequest & { billed?: Billed } = {
      n: requests.length + 1,
      dialect: dialect.name,
      hasKey: key !== undefined,
      ...dialect.read(body, path, query),
      headers: withoutKeys(req.headers),
      body,
    };
    requests.push(request);
    const bills = (cost: Billed) => {
      request.billed = cost;
    };
    const isStranger = apiKey !== undefined && key !== apiKey;
    const answer: Answer = isStranger ? { fault: "key" } : answerFor(script, request, request.n - scriptedFrom);
    const leaving = new AbortController();
    res.on("close", () => leaving.abort());
    const signal = AbortSignal.any([closing.signal, leaving.signal]);
    await respond({ dialect, request, res, clock, signal, bills }, answer);
  }

  const bill = () => ({
    total: billed(),
    requests: requests.map(({ n, dialect, model, billed }) => ({ n, dialect, model, billed: billed ?? null })),
  });

  const server = createServer((req, res) => {
    res.on("error", () => {});
    serve(req, res).catch((error: unknown) => {
      if (closing.signal.aborted || res.destroyed || res.headersSent) res.destroy();
      else sendJson(res, 400, { error: messageOf(error) });
    });
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    billed,
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

function unknown({ method, url }: IncomingMessage, res: ServerResponse): void {
  sendJson(res, 404, { error: `nothing is simulated at ${method} ${url?.split("?")[0]}` });
}

function withoutKeys({ authorization, "x-api-key": _, "x-goog-api-key": __, ...others }: IncomingHttpHeaders) {
  return others;
}

async function jsonOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of req.setEncoding("utf8")) text += chunk;
  return JSON.parse(text || "{}") as Record<string, unknown>;
}
