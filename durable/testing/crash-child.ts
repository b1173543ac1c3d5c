// A gateway to be killed: node crash-child.ts <folder> <task> <step to hang in | slow> [decide | cancel].
// It makes the run when the folder has none, takes up its runs, and writes a line for every event and for what it does.
import { systemClock } from "#core/clock.ts";
import { systemRng } from "#core/rng.ts";
import { openStore } from "#store/store.ts";
import { sqliteEngine } from "../sqlite.ts";
import { repairWorkflow } from "./repair-workflow.ts";

const [dir = "", task = "", hangIn = "", deed = ""] = process.argv.slice(2);
const store = openStore(dir);
const workflow = repairWorkflow(async (stepId) => {
  if (hangIn === "slow") await systemClock.sleep(10);
  if (stepId !== hangIn) return;
  if (deed === "decide") engine.decide(runId, "ship", { approved: true, note: "early" });
  if (deed === "cancel") void engine.cancel(runId);
  console.log(`in ${stepId}`);
  await systemClock.sleep(600_000);
});
const engine = sqliteEngine({ store, workflow, clock: systemClock, rng: systemRng });
if (store.runs.list().runs.length === 0) store.runs.create({ task });
const { runId } = store.runs.list().runs[0]!;
engine.resume();
for await (const { seq, body } of store.events.watch(runId, 0n)) console.log(`${seq} ${body.case}`);
await systemClock.sleep(600_000);
