// What the three agent processes have in common: repeated calls are answered from the store, broken streams can be resumed.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "#core/clock.ts";
import { journaling } from "#resilience/resume/journaling.ts";
import { openResponses } from "#store/idempotency.ts";
import { openSecret } from "#store/secret.ts";
import { deduplicating } from "./deduplicate.ts";
import type { AgentName, Parts, Tools } from "./process.ts";

/** Adds deduplication by Idempotency-Key, whose results are kept over a restart, and a journal of each stream in memory. */
export function agentParts(name: AgentName, { config, log }: Tools, parts: Parts): Parts {
  const folder = config.SYNAPSE_DATA_DIR;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const responses = openResponses(join(folder, `${name}.db`), { clock: systemClock });
  const unsaved = (error: unknown) => log.warn({ error }, "an answer could not be kept for repeated calls");
  // Kept over a restart, so that a stream that ended with its process is told from a forged one.
  const streams = journaling({ key: openSecret(join(folder, `${name}.key`)) });
  return {
    ...parts,
    routes(router, draining) {
      // The journal lies outside: who resumes a stream is no second caller of its key, and has nothing to wait for.
      parts.routes(deduplicating(streams.around(router), responses, unsaved), draining);
    },
    async close() {
      streams.close();
      await parts.close?.();
      responses.close();
    },
  };
}
