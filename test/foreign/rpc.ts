// Which of the two servers this run is about: the suite runs once for each.
import type { Rpc } from "#rpc/client.ts";

export const rpc: Rpc = process.env.SYNAPSE_RPC === "stock" ? "stock" : "own";
