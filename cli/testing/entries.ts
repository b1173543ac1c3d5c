// Entry files for four fake processes, each with its name and its behaviour.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetOptions } from "../fleet.ts";
import { processNames } from "../fleet.ts";

const fake = new URL("./fake-process.ts", import.meta.url).href;

/** Behaviours as in fake-process.ts; "well" for those not named. */
export function entriesIn(
  folder: string,
  behaviours: Partial<Record<string, string>>,
): NonNullable<FleetOptions["entries"]> {
  const entries = processNames.map((name) => {
    const file = join(folder, `${name}.mjs`);
    const behaviour = behaviours[name] ?? "well";
    writeFileSync(
      file,
      `process.env.FAKE_NAME = "${name}";\nprocess.env.FAKE = "${behaviour}";\nawait import("${fake}");\n`,
    );
    return [name, file] as const;
  });
  return Object.fromEntries(entries) as NonNullable<FleetOptions["entries"]>;
}
