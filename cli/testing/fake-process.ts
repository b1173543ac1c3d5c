// Stands in for a process of ours in tests: announces itself as they do, and misbehaves as FAKE asks.
//
// FAKE: "fail" ends before it listens · "die" dies after it listened · "deaf" ignores SIGTERM · "well" just serves
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { childEnvironment } from "#runtime/config.ts";

const { FAKE: behaviour = "well", FAKE_NAME: name = "gateway", FAKE_NOTE: note } = childEnvironment({});
const port = childEnvironment({})[`SYNAPSE_${name.toUpperCase()}_PORT`] ?? "0";

// Children of a parent that died would stay for ever.
process.on("disconnect", () => process.exit(0));
if (behaviour === "fail") {
  process.stderr.write(`${name} can't listen on 127.0.0.1:${port}: node (pid 1) does.\n`);
  process.exit(1);
}
if (behaviour === "deaf") process.on("SIGTERM", () => {});
else {
  process.on("SIGTERM", () => {
    if (note) writeFileSync(`${note}.${name}.ended`, String(process.hrtime.bigint()));
    process.exit(0);
  });
}
const server = createServer((_req, res) => res.end(JSON.stringify({ status: "ok", service: name })));
server.listen(Number(port), "127.0.0.1", () => {
  const { port: actual } = server.address() as { port: number };
  process.stderr.write("a line of its log\n");
  process.send?.({ kind: "listening", name, url: `http://127.0.0.1:${actual}` });
  if (behaviour === "die") process.disconnect();
});
