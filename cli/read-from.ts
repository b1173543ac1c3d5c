// The gateway that a command reads a run from: one that is there, or one of our own for as long as it reads.
import type { GatewayClient } from "#clients/gateway.ts";
import type { Context } from "./context.ts";
import { gatewaySource } from "./gateway-source.ts";

/** A run that had processes of its own left all in the data folder: they are needed again to read it. */
export async function readFrom<T>(
  { find, env, stderr }: Pick<Context, "find" | "env" | "stderr">,
  read: (gateway: GatewayClient) => Promise<T>,
): Promise<T> {
  const onStart = () => stderr.write(stderr.style("dim", "no gateway is running: starting one to read the run\n"));
  // Reading must not set a run going that was left open, and spend money for it.
  const source = gatewaySource({ find, env: { ...env, SYNAPSE_RESUME: "off" }, onStart });
  try {
    return await read(await source.current());
  } finally {
    await source.stop();
  }
}
