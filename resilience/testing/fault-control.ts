// A port through which another process steers a fault proxy: JSON over HTTP on loopback.
//
//   GET  /links                                          what there is, and what happens to it
//   POST /fault  {"kind": "latency", "ms": 200}          to all connections, and to new ones
//   POST /fault  {"kind": "reset", "link": 3}            to that one; "link": "new" to new ones only
//   POST /fault  {"kind": "down"} or {"kind": "up"}      connections are refused, or no longer
//   POST /target {"port": 5011}                          where new connections go; null for nowhere
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { must, refuse } from "../problem.ts";
import { tcpFaultOf } from "./tcp-fault.ts";
import type { TcpFaultProxy } from "./tcp-fault-proxy.ts";

export interface FaultControl extends AsyncDisposable {
  readonly url: string;
}

/** A request with this much of a body is no fault. */
const maxBodyBytes = 10_000;

/** Listens on a free loopback port; the proxy stays the caller's to dispose of. */
export async function faultControl(proxy: TcpFaultProxy): Promise<FaultControl> {
  const server = createServer((req, res) => {
    answered(proxy, req).then(
      (body) => send(res, 200, body),
      (error: unknown) => send(res, 400, { problem: error instanceof Error ? error.message : String(error) }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answered(proxy: TcpFaultProxy, req: IncomingMessage): Promise<unknown> {
  const asked = `${req.method} ${req.url}`;
  if (asked === "POST /fault") await inject(proxy, await bodyOf(req));
  else if (asked === "POST /target") aim(proxy, await bodyOf(req));
  else refuse(must(asked === "GET /links", "request", `must be GET /links, POST /fault or POST /target, got ${asked}`));
  return stateOf(proxy);
}

async function inject(proxy: TcpFaultProxy, { link = "all", ...given }: Body): Promise<void> {
  if (given.kind === "down" || given.type === "down") return proxy.down();
  if (given.kind === "up") return proxy.up();
  const fault = tcpFaultOf(given);
  if (link === "all") return proxy.inject(fault);
  if (link === "new") return proxy.next(fault);
  const named = [...proxy.links].find(({ id }) => id === link);
  refuse(must(named !== undefined, "link", `must be "all", "new" or the id of a connection, got ${String(link)}`));
  named?.inject(fault);
}

function aim(proxy: TcpFaultProxy, { port }: Body): void {
  const isPort = Number.isInteger(port) && (port as number) > 0 && (port as number) <= 65_535;
  refuse(must(isPort || port === null, "port", `must be a port or null, got ${String(port)}`));
  proxy.target(port === null ? undefined : (port as number));
}

const stateOf = ({ isUp, fault, links }: TcpFaultProxy) => ({
  isUp,
  fault,
  links: [...links].map(({ id, fault, answeredBytes }) => ({ id, fault, answeredBytes })),
});

type Body = Readonly<Record<string, unknown>>;

async function bodyOf(req: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of req.setEncoding("utf8")) {
    text += chunk;
    refuse(must(text.length <= maxBodyBytes, "body", `must be at most ${maxBodyBytes} characters`));
  }
  const body: unknown = JSON.parse(text);
  refuse(must(typeof body === "object" && body !== null, "body", "must be a JSON object"));
  return body as Body;
}

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
