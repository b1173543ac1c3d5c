// (a stand-in until the fallback is there)
import { createContextKey } from "@connectrpc/connect";
export const acceptFallbackKey = createContextKey(false);
export function fallbackOf(header: Headers): string | undefined {
  return header.get("synapse-fallback") ?? undefined;
}
