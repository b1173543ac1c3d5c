// List prices in US dollars per million tokens: what was known, from where, and when. What is not here has no known price.
import { anthropicPrices } from "./anthropic.data.ts";
import { googlePrices } from "./google.data.ts";
import { openaiPrices } from "./openai.data.ts";
import type { PriceLine } from "./price-line.ts";

export const prices: readonly PriceLine[] = [...anthropicPrices, ...googlePrices, ...openaiPrices];
