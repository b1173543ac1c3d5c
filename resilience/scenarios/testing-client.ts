// A client of Codex for tests, and a Codex that streams for as long as somebody reads.
import type { ConnectRouter } from "@connectrpc/connect";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { createResilientClient, type ResilientClientOptions } from "../resilient-client.ts";

export const clientOf = (options: ResilientClientOptions) => createResilientClient(CodexService, options);

/** Codex that streams until it is told to stop, and knows how many streams it has. */
export function codex() {
  const open = new Set<AbortSignal>();
  const routes = (router: ConnectRouter) =>
    router.service(CodexService, {
      execute: () => ({}),
      async *streamExecute(_, { signal }) {
        open.add(signal);
        signal.addEventListener("abort", () => open.delete(signal), { once: true });
        while (!signal.aborted) {
          yield { event: { body: { case: "textDelta", value: "on" } } };
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    });
  return { open, routes };
}
