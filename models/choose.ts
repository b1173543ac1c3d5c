// Chooses the engine an agent thinks with. What is configured and cannot be had is an error, never another engine.
import type { Engine } from "./engine.ts";

/** "auto" takes the best there is; loaded lazily, so that start-up pays only for what is used. */
export async function chooseEngine(_setting: "auto" | "builtin"): Promise<Engine> {
  const { builtinEngine } = await import("./builtin/builtin.ts");
  return builtinEngine();
}
