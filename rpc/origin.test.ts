import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { knownOrigins } from "./origin.ts";

/** The status a request with this Host gets. */
async function statusFor(hosts: string[], host: string): Promise<number> {
  const handler = knownOrigins({ hosts, origins: [] }, (_, res) => void res.end("ok"));
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [response] = await once(request({ port, host: "127.0.0.1", headers: { host } }).end(), "response");
  response.resume();
  server.close();
  return response.statusCode;
}

describe("hosts", () => {
  it.each([
    [[], "localhost:5011", 200],
    [[], "[::1]:5011", 200],
    [[], "evil.example.com", 403],
    [[], "10.0.0.5:5011", 200],
    [[], "[fd00::7]:5011", 200],
    [[], "10.0.0.5.example.com", 403],
    [[], "10.0.0.5.nip.io:5011", 403],
    [["Claude"], "claude:5011", 200],
    [["::"], "[::]:5011", 200],
    [["fd00::5"], "[fd00::5]:5011", 200],
    [["[fd00::5]"], "[fd00::5]", 200],
    [["*"], "anything.example.com", 200],
  ])("allowed %j: %s gives %i", async (hosts, host, status) => {
    expect(await statusFor(hosts, host)).toBe(status);
  });

  it.each(["example.com:443", "a b", "http://x"])("refuses the setting %s at start", (name) => {
    expect(() => knownOrigins({ hosts: [name], origins: [] }, () => {})).toThrow(
      "SYNAPSE_ALLOWED_HOSTS takes names without a port",
    );
  });
});
