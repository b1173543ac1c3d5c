// Which gateway a command talks to: the one that was named, the usual one, the one that holds our data, or our own.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GatewayClient } from "#clients/gateway.ts";
import type { Rpc } from "#rpc/client.ts";
import { ExitCode, ending } from "./exit-codes.ts";
import { health } from "./health.ts";

export interface FindOptions {
  /** The address the user named, by --gateway or SYNAPSE_GATEWAY. */
  named: string | undefined;
  /** The address tried when none was named. */
  usual: string;
  /** Where a gateway notes its address while it runs. */
  dataDir: string;
  /** What speaks to it; our own code when not said. */
  rpc?: Rpc;
}

/** The address of a gateway that answers; undefined when none was named and none is found. */
export async function findGateway({ named, usual, dataDir }: FindOptions): Promise<string | undefined> {
  if (named !== undefined) {
    const { service, problem } = await health(named, 5000);
    if (service === "gateway") return named;
    throw unreachable(`no gateway at ${named}: ${problem || `${service} answers there`}`);
  }
  if ((await health(usual)).service === "gateway") return usual;
  const noted = await notedUrl(dataDir);
  return noted !== undefined && (await health(noted)).service === "gateway" ? noted : undefined;
}

/** A client of the gateway that answers; exit code 3 when there is none. */
export async function reachGateway(options: FindOptions): Promise<GatewayClient> {
  const url = await findGateway(options);
  if (url === undefined) throw unreachable(`no gateway at ${options.usual}: nothing listens there`);
  return clientOf(url, options.rpc);
}

export async function clientOf(url: string, rpc?: Rpc): Promise<GatewayClient> {
  const { gatewayClient } = await import("#clients/gateway.ts");
  return gatewayClient(url, rpc);
}

export function unreachable(what: string): Error {
  return ending(ExitCode.unreachable, `${what}\nstart it with: synapse up`);
}

/** What the gateway that holds the data folder wrote beside it; nothing when there is none or it can't be read. */
async function notedUrl(dataDir: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(join(dataDir, "gateway.holder"), "utf8")) as { url?: unknown };
    return typeof url === "string" && URL.canParse(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
