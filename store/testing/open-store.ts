// A process that opens a store and says how that went: node open-store.ts <folder> [url to announce].
import { systemClock } from "#core/clock.ts";
import { failureOf, messageOf } from "#core/failure.ts";
import { openStore } from "#store/store.ts";

const [dir = "", url] = process.argv.slice(2);
try {
  const store = openStore(dir);
  if (url !== undefined) store.announce(url);
  console.log(JSON.stringify({ pid: process.pid, runs: store.runs.open() }));
  // Holds it until it is killed.
  await systemClock.sleep(600_000);
} catch (error) {
  console.log(JSON.stringify({ reason: failureOf(error)?.reason, message: messageOf(error) }));
}
