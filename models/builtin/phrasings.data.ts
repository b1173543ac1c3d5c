// What people type when they want a recipe, by recipe id: the matcher is tested with it and never built from it.

import { dataPhrasings } from "./phrasings-data.data.ts";
import { numberPhrasings } from "./phrasings-numbers.data.ts";
import { structurePhrasings } from "./phrasings-structures.data.ts";
import { textPhrasings } from "./phrasings-text.data.ts";

export { ambiguous, uncovered } from "./phrasings-other.data.ts";

/** Three English and three Korean ways to ask for each recipe. */
export type Phrasings = Record<
  string,
  { en: readonly [string, string, string]; ko: readonly [string, string, string] }
>;

export const phrasings: Phrasings = {
  ...numberPhrasings,
  ...textPhrasings,
  ...dataPhrasings,
  ...structurePhrasings,
};
