// The options of a command that takes a budget; what they mean is read elsewhere, when the command is called.
import { type Command, Option } from "commander";

/** Adds the options to a command. */
export function withBudgetOptions(command: Command): Command {
  return command
    .option("--budget <dollars>", "what the run may cost at most, such as 0.50; builtin costs nothing")
    .option("--budget-tokens <count>", "how many tokens it may use, sent and received, such as 200000 or 200k")
    .option("--budget-calls <count>", "how many calls of models it may make")
    .option("--budget-time <span>", "how long it may work, waits not counted, such as 90s or 30m")
    .addOption(new Option("--on-budget <what>", "when that is used up (default: fail)").choices(["fail", "ask"]));
}
