// Where a pool's endpoints are: written as a list, and, behind a DNS name, asked for again and again.
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { durationProblems, must, type Problem } from "../problem.ts";
import { timed } from "./timed.ts";

export interface EndpointSpec {
  /** Such as "http://10.0.0.5:5011". */
  url: string;
  /** How much it can take beside the others, 1 when undefined; exactly its share of the calls with `weighted` only. */
  weight?: number;
  /** The host is a DNS name that stands for all its addresses; each becomes an endpoint. */
  dns?: boolean;
}

/** Reads "http://a:1,http://b:2;weight=2,dns+http://name:5011". */
export function parseEndpoints(list: string): EndpointSpec[] {
  return list
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [address = "", ...settings] = entry.split(";").map((part) => part.trim());
      const isName = address.startsWith("dns+");
      const weight = settings.find((setting) => setting.startsWith("weight="));
      return {
        url: originOf(isName ? address.slice("dns+".length) : address),
        ...(isName ? { dns: true } : {}),
        ...(weight === undefined ? {} : { weight: Number(weight.slice("weight=".length)) }),
        ...(settings.every((setting) => setting === weight) ? {} : { weight: Number.NaN }),
      };
    });
}

/** The same address is always written the same. */
const originOf = (url: string) => (URL.canParse(url) ? url.replace(/\/+$/, "") : url);

export function endpointProblems(specs: readonly EndpointSpec[], hasLookup: boolean): Problem[] {
  const urls = specs.map(({ url }) => url);
  return [
    ...must(specs.length > 0, "endpoints", "must name at least one endpoint, such as http://127.0.0.1:5011"),
    ...specs.flatMap(({ url, weight = 1, dns = false }, at) => [
      ...must(
        URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
        `endpoints[${at}]`,
        `must be an http or https address, got "${url}"`,
      ),
      // Addresses stand in errors, events and metrics; and no transport of ours would send what stands before the "@".
      ...must(
        !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""),
        `endpoints[${at}]`,
        "must name nobody and no password: addresses are shown, and calls say who calls in their headers",
      ),
      ...must(urls.indexOf(url) === at, `endpoints[${at}]`, `must not stand there twice, got "${url}"`),
      ...must(
        weight > 0 && weight < Number.POSITIVE_INFINITY,
        `endpoints[${at}].weight`,
        `must be above 0 and the only setting, as in "${url};weight=2", got ${weight}`,
      ),
      ...must(!dns || hasLookup, `endpoints[${at}]`, `must come with a lookup for its name, got "dns+${url}"`),
      // A certificate names the host, and a connection to its address would not ask for that name.
      ...must(
        !dns || !url.startsWith("https:"),
        `endpoints[${at}]`,
        `must be http behind a DNS name, got "dns+${url}"`,
      ),
    ]),
  ];
}

/** The addresses of a name, such as ["10.0.0.5", "fd00::5"]. */
export type Lookup = (name: string, signal: AbortSignal) => Promise<string[]>;

export interface ResolveOptions {
  lookup: Lookup;
  /** How often a name is asked for again, in milliseconds. */
  everyMs: number;
  /** How long an answer may take. */
  timeoutMs: number;
  clock: Clock;
}

export const resolveDefaults = { everyMs: 30_000, timeoutMs: 5000, clock: systemClock };

export function resolveProblems({ everyMs, timeoutMs }: Pick<ResolveOptions, "everyMs" | "timeoutMs">): Problem[] {
  return [...durationProblems("everyMs", everyMs), ...durationProblems("timeoutMs", timeoutMs)];
}

/** The endpoints behind a name. An answer without any address is a failure: the old ones stay. */
export async function resolved(spec: EndpointSpec, options: ResolveOptions): Promise<EndpointSpec[]> {
  const { lookup, timeoutMs: ms, clock } = options;
  const { protocol, hostname, port } = new URL(spec.url);
  const late = () => failure(Reason.UNREACHABLE, `the lookup of ${hostname} took over ${ms} ms`);
  const addresses = await timed((signal) => lookup(hostname, signal), { ms, late, clock });
  if (addresses.length === 0) throw failure(Reason.UNREACHABLE, `${hostname} has no address`);
  return [...new Set(addresses)].map((address) => ({
    ...(spec.weight === undefined ? {} : { weight: spec.weight }),
    url: `${protocol}//${address.includes(":") ? `[${address}]` : address}${port === "" ? "" : `:${port}`}`,
  }));
}
