// The health check of the image: ends with 0 when the process of this container answers, with 1 when it does not.
import { get } from "node:http";
import { readConfig } from "#runtime/config.ts";

/** Resolves when /health on this port answers 200 within 2 s. */
function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/health", timeout: 2000 }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`port ${port} answers ${response.statusCode}`));
    });
    request.on("timeout", () => request.destroy(new Error(`port ${port} does not answer`)));
    request.on("error", reject);
  });
}

// A container runs one of the four processes, so one of the four ports answers.
const config = readConfig();
const ports = [
  config.SYNAPSE_CLAUDE_PORT,
  config.SYNAPSE_GEMINI_PORT,
  config.SYNAPSE_CODEX_PORT,
  config.SYNAPSE_GATEWAY_PORT,
];
Promise.any(ports.map(answers)).then(
  () => process.exit(0),
  (error: AggregateError) => {
    process.stderr.write(`${error.errors.map((each) => each.message).join("\n")}\n`);
    process.exit(1);
  },
);
