// Finds the servers of models that run on this machine, by asking the ports they use: Ollama, llama.cpp, LM Studio and vLLM.
import { type Clock, systemClock } from "#core/clock.ts";
import { objectOf, textOf } from "./dialect.ts";

export interface LocalServer {
  /** Such as "Ollama". */
  readonly name: string;
  /** What `compatible:MODEL@URL` takes, such as "http://127.0.0.1:11434/v1". */
  readonly baseUrl: string;
  /** What it can run; empty when nothing is loaded. */
  readonly models: readonly string[];
}

export interface ProbeOptions {
  signal: AbortSignal;
  /** For each server. */
  timeoutMs: number;
  places: readonly Place[];
  clock: Clock;
}

/** A server known by its answer: other programs use these ports too, our gateway one of them. */
export interface Place {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  /** The names in its answer; undefined when somebody else gave it. */
  models(answer: unknown): string[] | undefined;
}

export const places: readonly Place[] = [
  { name: "Ollama", port: 11434, path: "/api/tags", models: (answer) => named(objectOf(answer).models, "name") },
  { name: "llama.cpp", port: 8080, path: "/v1/models", models: (answer) => listed(answer, /^llama/) },
  { name: "LM Studio", port: 1234, path: "/v1/models", models: (answer) => listed(answer, /./) },
  { name: "vLLM", port: 8000, path: "/v1/models", models: (answer) => listed(answer, /^vllm$/) },
];

export const probeDefaults: ProbeOptions = {
  signal: new AbortController().signal,
  timeoutMs: 250,
  places,
  clock: systemClock,
};

/** In the order of the places; a server that does not answer as itself in time is not there. */
export async function probe(options: Partial<ProbeOptions> = {}): Promise<LocalServer[]> {
  const { places, ...limits } = { ...probeDefaults, ...options };
  const found = await Promise.all(places.map((place) => at(place, limits)));
  return found.filter((server) => server !== undefined);
}

async function at(place: Place, { signal, timeoutMs, clock }: Omit<ProbeOptions, "places">) {
  const late = new AbortController();
  const calledOff = clock.after(timeoutMs, () => late.abort());
  const origin = `http://127.0.0.1:${place.port}`;
  try {
    const res = await fetch(origin + place.path, { redirect: "error", signal: AbortSignal.any([signal, late.signal]) });
    const models = res.ok ? place.models(await res.json()) : undefined;
    return models && { name: place.name, baseUrl: `${origin}/v1`, models };
  } catch {
    return undefined;
  } finally {
    calledOff();
    // What was not read, such as the page of a stranger, is let go of.
    late.abort();
  }
}

/** OpenAI's list, from a server that says that it is the owner. */
function listed(answer: unknown, owner: RegExp): string[] | undefined {
  const { object, data } = objectOf(answer);
  const owned = Array.isArray(data) && data.every((each) => owner.test(String(objectOf(each).owned_by)));
  if (object !== "list" || !owned) return undefined;
  return named(data, "id")?.filter((name) => !/embed/i.test(name));
}

function named(items: unknown, name: string): string[] | undefined {
  return Array.isArray(items) ? items.flatMap((item) => textOf(objectOf(item)[name]) ?? []) : undefined;
}
