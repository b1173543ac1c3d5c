// The flow one execution of a workflow gets: every name once, and no promise whose failure could end the process.
import type { Flow } from "./flow.ts";
import { type StepParts, stepIdOf, takeStep } from "./step.ts";

export function flowOf(parts: StepParts): Flow {
  const { way, journal, waits } = parts;
  const used = new Set<string>();

  /** Does the work under a name that nothing else of this run has: the journal tells things apart by name alone. */
  function named<T>(what: "step" | "approval" | "sleep", name: string, work: () => Promise<T>): Promise<T> {
    const done = (async () => {
      if (name === "" || name.includes("/"))
        throw new RangeError(`a ${what} needs a name without "/", got ${JSON.stringify(name)}`);
      const full = `${what} ${name}`;
      if (used.has(full)) throw new RangeError(`${full} is there twice in one run: give each its own name or round`);
      used.add(full);
      return work();
    })();
    // A workflow may fail before it comes to await this one; who awaits it still gets the error.
    done.catch(() => {});
    return done;
  }

  return {
    id: way.id,
    signal: way.signal,
    step(name, codec, fn, options = {}) {
      const { round = 1 } = options;
      return named("step", stepIdOf(name, round), () => takeStep(parts, { name, codec, fn, ...options }));
    },
    approval: (name, question) => named("approval", name, () => waits.approval(name, question)),
    sleep: (name, ms) => named("sleep", name, () => waits.sleep(name, ms)),
    emit(key, body) {
      if (way.signal.aborted) return;
      const stepId = body.case === "stepSkipped" ? key : "";
      way.write(() => {
        if (journal.say(way.id, key)) way.append({ stepId, body });
      });
    },
  };
}
