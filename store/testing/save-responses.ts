// A process that saves responses beside others: node save-responses.ts <folder> <name> <count> <begin>.
// Each of `count` files has its moment, 20 ms after the one before, so that all processes make it at the same time.
import { join } from "node:path";
import { systemClock } from "#core/clock.ts";
import { openResponses } from "#store/idempotency.ts";

const [folder = "", name = "", count = "0", begin = "0"] = process.argv.slice(2);
let first = 0;
for (let i = 0; i < Number(count); i++) {
  while (systemClock.date().getTime() < Number(begin) + i * 20);
  const responses = openResponses(join(folder, `${i}.db`), { clock: systemClock });
  responses.save(`own-${name}`, "own", [Buffer.from(name)]);
  if (responses.save("shared", "shared", [Buffer.from(name)])) first++;
  responses.close();
}
console.log(first);
