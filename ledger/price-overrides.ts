// Prices of one's own: read from JSON, with errors that name the line and the field.
import { z } from "zod";
import { failure, Reason } from "#core/failure.ts";
import { nanoFrom, type PriceLine } from "./price-line.ts";

const dollars = z.number().refine((value) => nanoFrom(value) !== undefined, {
  error: "is US dollars per million tokens, from 0 up, with at most six places after the point",
});
const day = z.iso.date();
const rates = { input: dollars, output: dollars, cacheRead: dollars.optional(), cacheWrite: dollars.optional() };

const line = z.strictObject({
  kind: z.string().min(1),
  model: z.string().min(1),
  ...rates,
  long: z.strictObject({ above: z.int().positive(), ...rates }).optional(),
  from: day.optional(),
  until: day.optional(),
  source: z.string().optional(),
  date: z.string().optional(),
});

const file = z.strictObject({ prices: z.array(line) });

/** From the text of a file that `name` names: {"prices": [{"kind", "model", "input", "output", ...}]}. */
export function priceOverrides(json: string, name: string): PriceLine[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw failure(Reason.INVALID_INPUT, `${name} is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const read = file.safeParse(value);
  if (read.success) return read.data.prices;
  const [issue] = read.error.issues;
  const at = issue!.path.length === 0 ? "the whole" : z.core.toDotPath(issue!.path);
  throw failure(Reason.INVALID_INPUT, `${name} does not hold prices: ${at}: ${decapitalized(issue!.message)}`);
}

function decapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
