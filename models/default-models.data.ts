// The models that are taken where none is named: each provider's middle one, good at code and not its dearest.
import type { Provider } from "#core/engine-setting.ts";

/** As the providers' pages had it in November 2026. */
export const defaultModels: Readonly<Record<Provider, string>> = {
  anthropic: "claude-sonnet-5-5",
  google: "gemini-3.8-flash",
  openai: "gpt-6.1-sol",
};
