// The server alone: h2load asks, a client in C that costs next to nothing, on 4 connections with 16 streams each.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Ends } from "./ends.ts";
import { type Protocol, paths } from "./job.ts";
import { bytes, framed } from "./messages.ts";
import { probe } from "./probe.ts";
import type { AloneSlice } from "./results.ts";

export type Alone = (
  server: Pick<Ends, "port" | "serverCpu">,
  protocol: Protocol,
  requests: number,
) => Promise<AloneSlice>;

/** What one request is, in either protocol. */
export const requests: Readonly<Record<Protocol, { headers: Record<string, string>; body: Buffer }>> = {
  grpc: { headers: { "content-type": "application/grpc", te: "trailers" }, body: framed(bytes.request) },
  connect: {
    headers: { "content-type": "application/proto", "connect-protocol-version": "1" },
    body: Buffer.from(bytes.request),
  },
};

/** Keeps the bodies in a folder, for h2load to read. */
export function aloneBy(h2load: string, folder: string): Alone {
  mkdirSync(folder, { recursive: true });
  const bodies = { grpc: join(folder, "grpc"), connect: join(folder, "connect") };
  writeFileSync(bodies.grpc, requests.grpc.body);
  writeFileSync(bodies.connect, requests.connect.body);
  return async (server, protocol, count) => {
    const { headers } = requests[protocol];
    const url = `http://127.0.0.1:${server.port}${paths.unary}`;
    // h2load does not look at trailers: one call shows that the answers are the right ones.
    await probe(url, protocol, requests[protocol]);
    const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const before = await server.serverCpu();
    const args = ["-n", String(count), "-c", "4", "-m", "16", "-d", bodies[protocol], ...fields, url];
    const { stdout } = await promisify(execFile)(h2load, args, { timeout: 60_000 });
    const spent = (await server.serverCpu()) - before;
    return { perSecond: rateOf(stdout, count), serverCpu: spent / count };
  };
}

/** What h2load printed; throws unless every request was answered with 2xx. */
export function rateOf(printed: string, count: number): number {
  const rate = /^finished in .*?, ([\d.]+) req\/s/m.exec(printed)?.[1];
  const good = /^status codes: (\d+) 2xx/m.exec(printed)?.[1];
  const succeeded = /(\d+) succeeded, 0 failed, 0 errored, 0 timeout/.exec(printed)?.[1];
  if (rate === undefined || Number(good) !== count || Number(succeeded) !== count) {
    const words = printed.split("\n").filter((line) => /^(requests|status codes):/.test(line));
    throw new Error(`h2load did not get ${count} good answers: ${words.join("; ") || "it said nothing"}`);
  }
  return Number(rate);
}
