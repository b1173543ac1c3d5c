// The endpoints there are: those that were named, and those that names stand for, kept up to date.
import { type EndpointSpec, type ResolveOptions, resolved } from "./resolve.ts";

export interface Directory {
  /** The endpoints now. */
  specs(): readonly EndpointSpec[];
  /** Asks for all names; one round at a time. Names whose lookup fails keep the addresses they had. */
  refresh(): Promise<void>;
  /** What the last lookup failed with. */
  lastError(): unknown;
  close(): void;
}

/** How soon after a lookup nobody asks again, in milliseconds. */
const leastGapMs = 1000;

/** `onChange` is told when there are others. */
export function directory(
  named: readonly EndpointSpec[],
  options: ResolveOptions | undefined,
  onChange: () => void,
): Directory {
  const names = options === undefined ? [] : named.filter(({ dns }) => dns);
  const found = new Map<EndpointSpec, EndpointSpec[]>();
  let specs = merged();
  let error: unknown;
  let round: Promise<void> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  function merged(): readonly EndpointSpec[] {
    const all = named.flatMap((spec) => (spec.dns ? (found.get(spec) ?? []) : [spec]));
    // What is named is named with its own weight, also when a name stands for it too.
    const byUrl = new Map(all.toReversed().map((spec) => [spec.url, spec]));
    return [...byUrl.values()].reverse();
  }

  async function ask(): Promise<void> {
    const { clock } = options!;
    askedAt = clock.now();
    await Promise.all(
      names.map(async (name) => {
        try {
          found.set(name, await resolved(name, options!));
        } catch (reason) {
          error = reason;
        }
      }),
    );
    round = undefined;
    if (isClosed) return;
    const before = keyOf(specs);
    specs = merged();
    if (keyOf(specs) !== before) onChange();
  }

  function refresh(): Promise<void> {
    if (names.length === 0 || isClosed) return Promise.resolve();
    if (round === undefined && options!.clock.now() - askedAt < leastGapMs) return Promise.resolve();
    round ??= ask();
    return round;
  }

  const callOff = names.length === 0 ? undefined : options!.clock.every(options!.everyMs, () => void refresh());
  void refresh();
  return {
    specs: () => specs,
    refresh,
    lastError: () => error,
    close() {
      isClosed = true;
      callOff?.();
    },
  };
}

const keyOf = (specs: readonly EndpointSpec[]) =>
  specs
    .map(({ url, weight = 1 }) => `${url};${weight}`)
    .sort()
    .join(",");
