// One run from its beginning to its end: a folder, the processes, the measures, and nothing left behind.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aloneBy } from "./alone.ts";
import { children } from "./children.ts";
import { findH2load } from "./find-h2load.ts";
import type { Pair } from "./pairs.ts";
import type { Measured } from "./results.ts";
import { rounds } from "./rounds.ts";
import { descriptorSet } from "./schema.ts";
import type { Sizes } from "./sizes.ts";
import { starts } from "./starts.ts";

export interface RunOptions {
  pairs: readonly Pair[];
  sizes: Sizes;
  /** Hears of progress, in a few words. */
  say: (words: string) => void;
  /** Ends the run at once; it rejects with the reason. */
  signal?: AbortSignal;
}

export async function run({ pairs, sizes, signal, ...options }: RunOptions): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "synapse-bench-"));
  const all = children(signal);
  // What an end at once breaks is no news.
  const say = (words: string) => signal?.aborted || options.say(words);
  const leaving = Promise.withResolvers<never>();
  const leave = () => leaving.reject(signal?.reason);
  signal?.addEventListener("abort", leave, { once: true });
  leaving.promise.catch(() => {});

  async function measured(): Promise<Measured> {
    const descriptors = await descriptorSet(folder);
    const found = sizes.aloneSlices > 0 ? await findH2load(say) : { missing: "not asked for" };
    if ("missing" in found) say(`servers alone: not measured, ${found.missing}`);
    const alone = "h2load" in found ? aloneBy(found.h2load, folder) : undefined;
    const results = await rounds({ pairs, sizes, all, descriptors, alone, say });
    // Start-up is measured on a machine that does nothing else.
    await all.endAll();
    if (sizes.starts > 0) say("starting each server several times");
    const started = await starts({ chosen: pairs, times: sizes.starts, all, folder, descriptors });
    return { pairs: results, starts: started, aloneNotMeasured: "missing" in found ? found.missing : "" };
  }
  try {
    signal?.throwIfAborted();
    return await Promise.race([measured(), leaving.promise]);
  } finally {
    signal?.removeEventListener("abort", leave);
    await all.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
}
