// The uid bubblewrap is started under.
import { readFileSync } from "node:fs";
import { failure, Reason } from "#core/failure.ts";

/** Far above what any machine hands out, and below the range of subordinate ids: it owns no file. */
const ownerOfNothing = 0x60000000;
const nobody = 65534;

/**
 * As root, a uid that owns nothing: with the real uid 0 files of root could be read and RLIMIT_NPROC would not hold.
 * Otherwise undefined: the uid stays.
 */
export function sandboxUid(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const maps = ["uid_map", "gid_map"].map((name) => readFileSync(`/proc/self/${name}`, "utf8"));
  const found = [ownerOfNothing, nobody].find((id) => maps.every((map) => isMapped(map, id)));
  if (found !== undefined) return found;
  throw failure(
    Reason.SANDBOX_UNAVAILABLE,
    "root has no other uid in this user namespace: start the executor as another user",
  );
}

/** Lines of "first inside, first outside, how many", see user_namespaces(7). */
export function isMapped(map: string, id: number): boolean {
  return map.split("\n").some((line) => {
    const [first, , count] = line.trim().split(/\s+/).map(Number);
    return first !== undefined && count !== undefined && id >= first && id < first + count;
  });
}
