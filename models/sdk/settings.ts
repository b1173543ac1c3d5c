// What opens a model of a provider: which, where, with which key, within which limits.
import { failure, Reason } from "#core/failure.ts";
import type { RateLimits } from "../rate-limit.ts";
import type { Dialect } from "./dialect.ts";

export type Kind = Dialect["kind"];

/** Times in milliseconds; the rates hold for the key, over all models that share it. */
export interface Limits extends RateLimits {
  /** How long a model may be silent before it begins to answer. It thinks in that time; at most 5 minutes, as `fetch` has it. */
  firstByteMs: number;
  /** How long it may be silent from then on. */
  stallMs: number;
}

export const limitDefaults: Pick<Limits, "firstByteMs" | "stallMs"> = { firstByteMs: 120_000, stallMs: 60_000 };

const maxSilenceMs = 300_000;

/** Throws on what can't work. */
export function demanded(limits: Limits): Limits {
  for (const [name, limit] of Object.entries(limits)) {
    const most = name.endsWith("Ms") ? maxSilenceMs : Infinity;
    if (limit !== undefined && !(limit > 0 && limit <= most)) {
      throw new RangeError(`${name} must be above 0${most === Infinity ? "" : ` and at most ${most}`}, got ${limit}`);
    }
  }
  return limits;
}

interface Home {
  readonly baseUrl: string;
  /** The variables that a user sets. */
  readonly keyName: string;
  readonly urlName: string;
  /** What stands at the end of a base URL that names no version. */
  readonly version: string;
}

export const homes: Readonly<Record<Kind, Home>> = {
  anthropic: {
    baseUrl: "https://api.anthropic.com/v1",
    keyName: "ANTHROPIC_API_KEY",
    urlName: "ANTHROPIC_BASE_URL",
    version: "/v1",
  },
  google: {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyName: "GEMINI_API_KEY",
    urlName: "GOOGLE_GEMINI_BASE_URL",
    version: "/v1beta",
  },
  openai: {
    baseUrl: "https://api.openai.com/v1",
    keyName: "OPENAI_API_KEY",
    urlName: "OPENAI_BASE_URL",
    version: "/v1",
  },
  compatible: { baseUrl: "", keyName: "SYNAPSE_COMPATIBLE_API_KEY", urlName: "the engine's URL", version: "/v1" },
};

/** A provider's address with its version: the providers' own tools write it with or without. */
export function baseUrlOf(kind: Kind, given: string | undefined): string {
  const home = homes[kind];
  if (given === undefined || given === "") {
    if (home.baseUrl !== "") return home.baseUrl;
    throw failure(Reason.INVALID_INPUT, `${kind}: needs the URL of its server, such as http://127.0.0.1:11434/v1`);
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw failure(Reason.INVALID_INPUT, `${home.urlName} must be an http or https address without a name or password`);
  }
  const path = url.pathname.replace(/\/+$/, "");
  const hasVersion = /\/v\d+\w*$/.test(path);
  // Compatible servers have their API under any path.
  const asGiven = hasVersion || (path !== "" && (kind === "openai" || kind === "compatible"));
  return url.origin + path + (asGiven ? "" : home.version);
}

const loopback = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/;

/** Whether the server is on this machine. */
export const isLoopback = (baseUrl: string): boolean => loopback.test(baseUrl);
