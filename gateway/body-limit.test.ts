// Over a socket: the request a test makes by itself behaves in another way than the one a server makes.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { teller } from "#rpc/tell.ts";
import { pages } from "#runtime/pages.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { bodyLimit } from "./body-limit.ts";

let server: Server;
beforeAll(async () => {
  const ready = async () => ({ ready: true });
  const app = pages({
    name: "gateway",
    ready,
    metrics: openMetrics(),
    isDraining: () => false,
    tell: teller("gateway", () => {}),
  });
  app.use("/api/*", bodyLimit(10));
  app.post("/api/echo", async (c) => c.text(await c.req.text()));
  server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false })).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());

/** A POST with these chunks; its length is told only when `headers` tell it. */
async function posted(chunks: string[], headers: Record<string, string> = {}): Promise<[status: number, body: string]> {
  const { port } = server.address() as AddressInfo;
  const req = request({ port, host: "127.0.0.1", path: "/api/echo", method: "POST", headers, agent: false });
  const answered = once(req, "response") as Promise<[IncomingMessage]>;
  req.on("error", () => {});
  // As curl -X POST does; Node would tell a length of 0.
  if (chunks.length === 0) for (const name of ["content-length", "transfer-encoding"]) req.removeHeader(name);
  for (const chunk of chunks) req.write(chunk);
  req.end();
  const [res] = await answered;
  return [res.statusCode ?? 0, await text(res)];
}

describe("bodyLimit", () => {
  it.each<[what: string, chunks: string[], headers: Record<string, string>]>([
    ["no body and no length", [], {}],
    ["chunks up to the limit", ["12345", "67890"], {}],
    ["a told length up to the limit", ["1234567890"], { "content-length": "10" }],
  ])("lets %s through", async (_, chunks, headers) => {
    expect(await posted(chunks, headers)).toEqual([200, chunks.join("")]);
  });

  it.each<[what: string, chunks: string[], headers: Record<string, string>]>([
    ["chunks over the limit", ["12345", "67890", "1"], {}],
    ["a told length over the limit", ["12345678901"], { "content-length": "11" }],
  ])("refuses %s with 413", async (_, chunks, headers) => {
    const [status, body] = await posted(chunks, headers);
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({ reason: "REASON_TOO_LARGE", detail: "the body is larger than 10 bytes" });
  });
});
