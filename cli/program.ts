// The commands and their options; what a command does is loaded when it is called.
import { Command, InvalidArgumentError, Option } from "commander";
import { version } from "#runtime/version.ts";
import { withBudgetOptions } from "./budget-flags.ts";
import type { ApproveOptions } from "./commands/approve.ts";
import type { BenchOptions } from "./commands/bench.ts";
import type { DrillOptions } from "./commands/drill.ts";
import type { RunOptions } from "./commands/run.ts";
import { type Context, context, formats, type GlobalOptions, surroundings } from "./context.ts";

const examples = `
Examples:
  synapse run "print the first 20 Fibonacci numbers"
  synapse run --file data.csv "sum the amount column of data.csv" --out ./sum
  synapse run --workspace . --apply "make the failing tests pass"
  synapse up                          keep the four processes running
  synapse runs --output json          what was run, for a program
  synapse show latest                 the newest run

Exit codes: 0 passed, 1 ended otherwise, 2 wrong use, 3 no gateway, 4 the engine can't do this task,
5 passed but the patch was not applied, 130 interrupted.`;

/** `ended` gets the exit code of the command that ran. */
export function program(ended: (code: number) => void): Command {
  const synapse = new Command("synapse")
    .description("Claude, Gemini and Codex as independent services that plan, write, test and repair code together.")
    .version(version, "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .addOption(new Option("--gateway <url>", "the gateway to use (default: $SYNAPSE_GATEWAY, or the one running here)"))
    .addOption(new Option("--output <format>", "how the result is written").choices(formats).default("text"))
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(see: synapse --help)")
    .addHelpText("after", examples)
    .exitOverride();

  /** Runs a command with its context and passes its exit code on. */
  const does =
    <A extends unknown[]>(command: (context: Context, ...args: A) => Promise<number>) =>
    async (...args: unknown[]) => {
      const self = args.at(-1) as Command;
      ended(await command(context(self.optsWithGlobals<GlobalOptions>()), ...(args.slice(0, -1) as A)));
    };

  withBudgetOptions(
    synapse
      .command("run")
      .summary("carry out a task, from plan to tested code")
      .description(
        "Carry out a task: plan, research, write code and independent tests, execute, repair.\nWithout a running gateway the four processes are started for this run alone.",
      )
      .argument("<task>", 'what is to be done, in quotes; "-" reads it from stdin')
      .option("-d, --detach", "print the run's id and leave; the run goes on")
      .option("-o, --out <folder>", "where the files are written (default: ./synapse-runs/<run id>)")
      .option("-f, --file <path>", "a file to begin with; may be given again", collect)
      .option("-w, --workspace <folder>", "a git repository to work on: the run works on a copy and gives a patch")
      .option(
        "--test <command>",
        "the repository's own tests (default: found in package.json, pytest, go, cargo, make)",
      )
      .option("--apply", "apply the patch to the repository when the run passed")
      .option("--approve <steps>", "ask before these steps begin, such as execute or code,execute")
      .option("--approval-expires <span>", "how long to wait for an answer, such as 30m or 12h (default: 1d)"),
  ).action(
    does(async (context, task: string, options: RunOptions) => {
      const { run } = await import("./commands/run.ts");
      return run(task, options, context);
    }),
  );
  synapse
    .command("up")
    .summary("keep the four processes running")
    .description(
      "Start claude, gemini, codex and the gateway on their ports, and start again what dies.\nCtrl-C ends them in order, a second one at once.",
    )
    .action(
      does(async (context) => {
        const { up } = await import("./commands/up.ts");
        return up(context);
      }),
    );

  synapse
    .command("runs")
    .summary("list runs, newest first")
    .description("List the runs the gateway knows, newest first.")
    .option("-s, --state <state>", "only runs in this state, such as running or completed")
    .option("-n, --limit <count>", "how many at most", count, 20)
    .action(
      does(async (context, options: { state?: string; limit: number }) => {
        const { runs } = await import("./commands/runs.ts");
        return runs(options, context);
      }),
    );

  synapse
    .command("show")
    .summary("show a run: steps, outcome, artifacts")
    .description("Show a run: its steps, its outcome, what it made, and why it failed.")
    .argument("<run>", runWords)
    .option("-u, --usage", "what it cost instead, line by line: tokens, money, and what was for nothing")
    .action(
      does(async (context, run: string, options: { usage?: boolean }) => {
        const { show } = await import("./commands/show.ts");
        return show(run, options, context);
      }),
    );

  synapse
    .command("watch")
    .summary("follow a run to its end")
    .description("Follow a run to its end; the exit code is the run's. Ctrl-C leaves, and the run goes on.")
    .argument("<run>", runWords)
    .option("-a, --after <seq>", "only events with a larger seq", seq, 0n)
    .action(
      does(async (context, run: string, options: { after: bigint }) => {
        const { watch } = await import("./commands/watch.ts");
        return watch(run, options, context);
      }),
    );

  synapse
    .command("cancel")
    .summary("end a run")
    .description("End a run; one that has ended stays as it is.")
    .argument("<run>", runWords)
    .action(
      does(async (context, run: string) => {
        const { cancel } = await import("./commands/cancel.ts");
        return cancel(run, context);
      }),
    );

  synapse
    .command("approve")
    .summary("answer a run that waits for a yes or no")
    .description(
      "Answer a run that waits for a yes or no.\nA no with a note before execute has the code changed; any other no ends the run.",
    )
    .argument("<run>", runWords)
    .argument("[approval]", "which of its questions, such as execute-2; needed when it asks several")
    .option("-r, --reject", "say no")
    .option("-n, --note <text>", "why, or what to change")
    .action(
      does(async (context, run: string, approval: string | undefined, options: ApproveOptions) => {
        const { approve } = await import("./commands/approve.ts");
        return approve(run, approval, options, context);
      }),
    );

  synapse
    .command("artifacts")
    .summary("list, print or write what a run made")
    .description("List what a run made; with a name print that artifact as it is; with --out write all of them.")
    .argument("<run>", runWords)
    .argument("[name]", "an artifact, such as files/main.mjs")
    .option("-o, --out <folder>", "write all of them below this folder")
    .action(
      does(async (context, run: string, name: string | undefined, options: { out?: string }) => {
        const { artifacts } = await import("./commands/artifacts.ts");
        return artifacts(run, name, options, context);
      }),
    );
  synapse
    .command("apply")
    .summary("apply the patch of a run to a repository")
    .description(
      "Apply the patch of a run that passed, cleanly or not at all: when it does not fit the files as they are now, nothing is written.",
    )
    .argument("<run>", runWords)
    .option("-w, --workspace <folder>", "where to, the folder the run was given", ".")
    .action(
      does(async (context, run: string, options: { workspace: string }) => {
        const { apply } = await import("./commands/apply.ts");
        return apply(run, options, context);
      }),
    );
  synapse
    .command("doctor")
    .summary("check whether runs can be carried out here")
    .description("Check whether runs can be carried out here, and say what to do where they can't.")
    .action(async (_options, self: Command) => {
      const { doctor } = await import("./commands/doctor.ts");
      const options = self.optsWithGlobals<GlobalOptions>();
      ended(await doctor(options, surroundings(options)));
    });
  synapse
    .command("mcp")
    .summary("serve the workflow to Claude Code, Codex or Gemini CLI")
    .description(
      "Serve the workflow as tools of the Model Context Protocol over stdin and stdout, for a host that starts this command.\nWithout a running gateway the four processes are started and stay as long as the host does.",
    )
    .action(
      does(async (context) => {
        const { mcp } = await import("./commands/mcp.ts");
        return mcp(context);
      }),
    );
  synapse
    .command("drill")
    .summary("break replicas under load and see what survives")
    .description(
      "Start three replicas, kill, freeze, slow and cut them off under load, and say which calls and streams survived.\nExits with 0 only when everything did.",
    )
    .option("-q, --quick", "seconds for each scenario instead of a minute")
    .option("-o, --only <names>", "only these scenarios, such as kill,freeze")
    .option("--seconds <n>", "how long each scenario takes")
    .option("--rate <n>", "calls a second")
    .option("--seed <n>", "repeats the draws of an earlier drill")
    .option("--bare", "a client without any resilience, to see what the faults do to it")
    .option("--json", "all rows on stdout, instead of the table")
    .action(async (options: DrillOptions, self: Command) => {
      const { drill } = await import("./commands/drill.ts");
      ended(await drill(options, self.optsWithGlobals<GlobalOptions>().output));
    });
  synapse
    .command("bench")
    .summary("measure Synapse's RPC beside its peers")
    .description(
      "Measure Synapse's own RPC client and server beside gRPC in Python and Node, in one run of about nine minutes.",
    )
    .option("-q, --quick", "under a minute; shows that all works, not how fast it is")
    .option("-p, --pairs <names>", "only these pairs, such as synapse-grpc,python")
    .option("-o, --out <folder>", "where the report goes (default: bench/report for all pairs in full, else nowhere)")
    .option("--json", "all results on stdout, instead of the ratios")
    .action(async (options: BenchOptions, self: Command) => {
      const { bench } = await import("./commands/bench.ts");
      ended(await bench(options, self.optsWithGlobals<GlobalOptions>().output));
    });
  return synapse;
}

const runWords = 'its id, 6 or more characters of its beginning or end, or "latest"';

function count(given: string): number {
  if (!/^[1-9]\d{0,5}$/.test(given)) throw new InvalidArgumentError("It takes a whole number from 1 to 999999.");
  return Number(given);
}

function seq(given: string): bigint {
  if (!/^\d{1,19}$/.test(given)) throw new InvalidArgumentError("It takes a whole number.");
  return BigInt(given);
}

function collect(path: string, before: string[] = []): string[] {
  return [...before, path];
}
