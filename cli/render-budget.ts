// How a budget shows while a run goes on: what is spent of it, and what becomes of its limits.
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { limitWords } from "#ledger/budget-words.ts";
import { oneLine } from "./sanitize.ts";
import { budgetWords } from "./usage-words.ts";

/** Such as "budget  $0.1200 of $0.50"; nothing for a run without one. */
export function budgetLine({ budget }: Pick<Run, "budget">): string[] {
  const words = budget ? budgetWords(budget) : "";
  return words === "" ? [] : [`budget  ${words}`];
}

type Change = Extract<Event["body"], { case: "budgetExceeded" | "budgetRaised" }>;

export function isChange(body: Event["body"]): body is Change {
  return body.case === "budgetExceeded" || body.case === "budgetRaised";
}

/** Such as "budget     exceeded: …" and "budget     raised to $1.00 by kim". */
export function changeWords(body: Change): string {
  if (body.case === "budgetExceeded") return `budget     exceeded: ${oneLine(body.value.message)}`;
  const by = body.value.raisedBy === "" ? "" : ` by ${oneLine(body.value.raisedBy)}`;
  return `budget     raised to ${limitWords(body.value.limit ?? {})}${by}`;
}
