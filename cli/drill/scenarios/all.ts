// All scenarios of the drill, in the order they are run.
import type { Scenario } from "../scenario.ts";
import { flapping } from "./flapping.ts";
import { freeze } from "./freeze.ts";
import { garbage } from "./garbage.ts";
import { halfOpen } from "./half-open.ts";
import { kill } from "./kill.ts";
import { outage } from "./outage.ts";
import { overload } from "./overload.ts";
import { rateLimit } from "./rate-limit.ts";
import { realAgents } from "./real-agents.ts";
import { resets } from "./resets.ts";
import { rolling } from "./rolling.ts";
import { slow } from "./slow.ts";
import { slowBytes } from "./slow-bytes.ts";

export const scenarios: readonly Scenario[] = [
  kill,
  freeze,
  slow,
  outage,
  flapping,
  halfOpen,
  slowBytes,
  resets,
  garbage,
  rolling,
  overload,
  rateLimit,
  realAgents,
];
