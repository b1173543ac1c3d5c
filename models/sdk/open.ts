// Opens a model of a provider, with nothing of the AI SDK in memory before one is opened.
import { type Clock, systemClock } from "#core/clock.ts";
import type { Model } from "../model.ts";
import { Fault, providerFailure } from "../provider-failure.ts";
import { type RateLimitShares, rateLimited, rateLimits } from "../rate-limit-shared.ts";
import type { Dialect } from "./dialect.ts";
import { baseUrlOf, demanded, homes, type Kind, type Limits, limitDefaults } from "./settings.ts";

export interface SdkModelSetting {
  kind: Kind;
  /** The model's name at its provider. */
  model: string;
  apiKey?: string | undefined;
  /** Another place that speaks as the provider does; with or without the version at its end. */
  baseUrl?: string | undefined;
  limits?: Partial<Limits>;
  /** Which models share a rate limit: those of the process. */
  rates?: RateLimitShares;
  clock?: Clock;
}

const dialects: Readonly<Record<Kind, () => Promise<{ dialect: Dialect }>>> = {
  anthropic: () => import("./anthropic.ts"),
  google: () => import("./google.ts"),
  openai: () => import("./openai.ts"),
  compatible: () => import("./compatible.ts"),
};

/** Asks nothing yet. Rejects when a provider's own address is to be asked without a key. */
export async function sdkModel(setting: SdkModelSetting): Promise<Model> {
  const { kind, model, apiKey = "", rates = rateLimits, clock = systemClock } = setting;
  const { firstByteMs, stallMs, ...rate } = demanded({ ...limitDefaults, ...setting.limits });
  const baseUrl = baseUrlOf(kind, setting.baseUrl);
  if (apiKey === "" && baseUrl === homes[kind].baseUrl) {
    const message = `${kind} needs a key: set ${homes[kind].keyName}`;
    throw providerFailure({ engine: `${kind}:${model}`, fault: Fault.AUTH, message });
  }
  const [{ dialect }, { modelOf }] = await Promise.all([dialects[kind](), import("./model.ts")]);
  const opened = modelOf(dialect, { model, apiKey, baseUrl, limits: { firstByteMs, stallMs }, clock });
  const isLimited = rate.requestsPerMinute !== undefined || rate.tokensPerMinute !== undefined;
  return isLimited ? rateLimited(opened, rates.of(baseUrl, apiKey, rate, clock)) : opened;
}
