// The codex process: writes tests, judges commands and runs them in the sandbox.
import { messageOf } from "#core/failure.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { chooseEngine } from "#models/choose.ts";
import { agentParts } from "#runtime/agent.ts";
import { engineSettings } from "#runtime/engine-settings.ts";
import { runProcess } from "#runtime/process.ts";
import { openSandbox } from "#sandbox/open.ts";
import type { Sandbox } from "#sandbox/sandbox.ts";
import { codexRoutes } from "./routes.ts";

await runProcess("codex", async (tools) => {
  const { config, log } = tools;
  const { engine, decision } = await chooseEngine(engineSettings(config, "codex"));
  // Probed once, while the process begins to listen; what is missing is said on every call that needs it.
  const opening = openSandbox({ mode: config.SYNAPSE_SANDBOX });
  opening.then(
    ({ driver, notes }) => log.info({ driver, notes }, "sandbox"),
    (error) => log.warn({ error }, "no sandbox: nothing will be executed"),
  );
  const ready = async () => {
    const details = { engine: (await decision()).name };
    return opening.then(
      ({ driver, notes }: Sandbox) => ({ ready: true, details: { ...details, sandbox: driver, notes } }),
      (error: unknown) => ({ ready: false, details: { ...details, problem: messageOf(error) } }),
    );
  };
  return agentParts("codex", tools, {
    services: [CodexService],
    routes: (router) => codexRoutes(router, { engine, sandbox: () => opening }),
    ready,
    close: () =>
      opening.then(
        (sandbox) => sandbox.close(),
        () => {},
      ),
  });
});
