// What the three agent processes have in common: repeated calls are answered from the store.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "#core/clock.ts";
import { openResponses } from "#store/idempotency.ts";
import { deduplicating } from "./deduplicate.ts";
import type { AgentName, Parts, Tools } from "./process.ts";

/** Adds deduplication by Idempotency-Key; results are kept over a restart. */
export function agentParts(name: AgentName, { config, log }: Tools, parts: Parts): Parts {
  const folder = config.SYNAPSE_DATA_DIR;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const responses = openResponses(join(folder, `${name}.db`), { clock: systemClock });
  const unsaved = (error: unknown) => log.warn({ error }, "an answer could not be kept for repeated calls");
  return {
    ...parts,
    routes: (router, draining) => parts.routes(deduplicating(router, responses, unsaved), draining),
    async close() {
      await parts.close?.();
      responses.close();
    },
  };
}
