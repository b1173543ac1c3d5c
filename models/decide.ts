// Decides which engines an agent thinks with, and says why: what is configured, or the best that costs nothing unasked.
import {
  type AgentName,
  autoProvider,
  type EngineSetting,
  type EngineSpec,
  ownProvider,
  type Provider,
  writeEngineSetting,
} from "#core/engine-setting.ts";
import { defaultModels } from "./default-models.data.ts";
import type { LocalServer } from "./sdk/probe.ts";

/** An engine with its model named. */
export type Decided =
  | { readonly kind: "builtin"; readonly model: "recipes" }
  | { readonly kind: Provider; readonly model: string }
  | { readonly kind: "compatible"; readonly model: string; readonly url: string }
  | {
      readonly kind: "cli";
      readonly model: string;
      readonly cli: "claude" | "codex" | "gemini";
      readonly asks?: string;
    };

export interface Decision {
  readonly engines: readonly [Decided, ...Decided[]];
  readonly why: string;
}

export interface DecideOptions {
  agent: AgentName;
  setting: EngineSetting;
  /** Whether there is a key of the provider. */
  hasKey: (provider: Provider) => boolean;
  /** The servers of models on this machine; asked only where they matter. */
  local: () => Promise<readonly LocalServer[]>;
}

export const builtin: Decided = { kind: "builtin", model: "recipes" };
const titles: Readonly<Record<Provider, string>> = { anthropic: "Anthropic", google: "Google", openai: "OpenAI" };

export async function decide({ agent, setting, hasKey, local }: DecideOptions): Promise<Decision> {
  const [first, ...rest] = setting;
  if (first.kind !== "auto") {
    const engines: Decision["engines"] = [decided(first), ...rest.map(decided)];
    return { engines, why: `configured as ${writeEngineSetting(setting)}` };
  }
  const provider = autoProvider(agent, hasKey);
  if (provider !== undefined) {
    const own = provider === ownProvider[agent];
    const why = own
      ? `there is a key of ${titles[provider]}`
      : `there is a key of ${titles[provider]}, none of ${titles[ownProvider[agent]]}`;
    return { engines: [decided({ kind: provider })], why };
  }
  for (const { name, baseUrl, models } of await local()) {
    const model = usable(models);
    if (model !== undefined)
      return {
        engines: [{ kind: "compatible", model, url: baseUrl }],
        why: `${name} runs on this machine; there is no key`,
      };
  }
  return { engines: [builtin], why: "there is no key and no server of models on this machine" };
}

function decided(spec: Exclude<EngineSpec, { kind: "auto" }> | EngineSpec): Decided {
  switch (spec.kind) {
    case "auto":
    case "builtin":
      return builtin;
    case "compatible":
      return spec;
    case "cli":
      return {
        kind: "cli",
        cli: spec.cli,
        model: [spec.cli, ...(spec.model ? [spec.model] : [])].join(":"),
        ...(spec.model && { asks: spec.model }),
      };
    default:
      return { kind: spec.kind, model: spec.model ?? defaultModels[spec.kind] };
  }
}

/** The first that answers: a model that only measures or hears texts does not. */
export function usable(models: readonly string[]): string | undefined {
  return models.find((each) => !/embed|rerank|whisper/i.test(each));
}
