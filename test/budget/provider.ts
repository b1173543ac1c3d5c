// What the simulated providers do in the random runs: they play the model, fail now and then, and some of their callers die meanwhile.
import type { AgentName } from "#clients/agents.ts";
import { type Rng, seeded } from "#core/rng.ts";
import { coder, type Job, workOf } from "#simulator/coder.ts";
import { failures } from "#simulator/failures.ts";
import type { Answer, ProviderRequest, Script } from "#simulator/script.ts";

const trouble: readonly Answer[] = [
  failures.rateLimited,
  failures.serverError,
  failures.overloaded,
  failures.unauthorized,
  failures.cut,
  failures.unfinished,
  failures.errorEvent,
  failures.garbled,
  failures.malformed,
  failures.wrongSchema,
  failures.empty,
  failures.refused,
  failures.tooLong,
];

export const jobName = (n: number) => `job-${String(n).padStart(4, "0")}`;
const jobIn = (text: string) => /job-\d{4}/.exec(text)?.[0];
export const isOf = (name: string) => (request: ProviderRequest) => jobIn(request.prompt) === name;

/** A task whose first attempts are wrong: in ways of their own, or again and again in the same. */
export function jobOf(n: number, rng: Rng): Job {
  const task = `${jobName(n)}: print the number ${n}`;
  const wrong = Math.floor(rng.float() * 3);
  const isStubborn = rng.float() < 0.5;
  const attempts = Array.from({ length: wrong }, (_, at) => ({
    "main.mjs": `// ${jobName(n)}, attempt ${at}, wrong in way ${isStubborn ? 0 : at}\nconsole.log(0);\n`,
  }));
  const right = { "main.mjs": `// ${jobName(n)}, which is right at last\nconsole.log(${n});\n` };
  return {
    task,
    attempts: [...attempts, right],
    argv: ["node", "main.mjs"],
    plan: { questions: rng.float() < 0.5 ? ["what is a number?"] : [] },
    findings: [{ claim: "a number is one", ground: "MODEL_MEMORY", source: "", confidence: 0.5 }],
    cases: [{ name: "it prints the number", stdin: "", stdout: `${n}\n` }],
  };
}

export interface ProviderOptions {
  jobs: readonly Job[];
  seed: number;
  /** Ends an agent's process, soon. */
  kill: (agent: AgentName, rng: Rng) => void;
}

const agents: Readonly<Record<string, AgentName>> = { plan: "claude", code: "claude", tests: "codex" };

/** What happens to a request depends on the seed, its run, its work and its number, not on the order in which they come. */
export function provider({ jobs, seed, kill }: ProviderOptions): Script {
  const play = coder(jobs);
  const counts = new Map<string, number>();
  return (request) => {
    const work = workOf(request) ?? "";
    const what = `${jobIn(request.prompt)} ${work}`;
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    const rng = seeded(hashed(`${seed} ${what} ${count}`));
    if (rng.float() < 0.06) kill(agents[work] ?? "gemini", rng);
    if (rng.float() < 0.2) return trouble[Math.floor(rng.float() * trouble.length)];
    const answer = (play as (request: ProviderRequest) => Answer)(request);
    return rng.float() < (work === "research" ? 0.6 : 0.2) ? { ...answer, firstByteMs: 5 + rng.float() * 20 } : answer;
  };
}

/** FNV-1a. */
export function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
