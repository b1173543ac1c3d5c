// A store for one test, with a clock that stands still and ids that repeat.
import { onTestFinished } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { openStore } from "../store.ts";
import { tempFolder } from "./temp-folder.ts";

export function tempStore(dir = tempFolder()) {
  const clock = manualClock();
  const store = openStore(dir, { clock, rng: seeded(1) });
  onTestFinished(() => store.close());
  return { dir, clock, store };
}
