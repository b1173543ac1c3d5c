// What `synapse doctor` says of the environment: variables, and the gateway.

import { readiness } from "#clients/readiness.ts";
import { messageOf } from "#core/failure.ts";
import { type Config, readConfig, shownVariable, variables } from "#runtime/config.ts";
import type { Check } from "./checks.ts";
import { type FindOptions, findGateway } from "./find-gateway.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration, or the check that says which variables are wrong. */
export function configCheck(env: Environment): { checks: Check[]; config: Config } {
  const set = (Object.keys(variables) as (keyof typeof variables)[]).filter((name) => env[name]);
  const checks: Check[] = set.map((name) => ({ name, verdict: "good", says: shownVariable(name, env[name] ?? "") }));
  try {
    return { checks, config: readConfig(env) };
  } catch (error) {
    const wrong = messageOf(error).split("\n");
    const bad = wrong.map((says): Check => ({ name: "variables", verdict: "bad", says, fix: "change or unset it" }));
    const isWrong = (name: string) => wrong.some((says) => says.startsWith(`${name}=`) || says.startsWith(`${name} `));
    // The other checks go by what is right.
    const right = Object.fromEntries(Object.entries(env).filter(([name]) => !isWrong(name)));
    return { checks: [...checks.filter(({ name }) => !isWrong(name)), ...bad], config: readConfig(right) };
  }
}

/** Whether a gateway answers and can carry out runs; without one `synapse run` starts its own. */
export async function gatewayCheck(find: FindOptions): Promise<Check> {
  const name = "gateway";
  try {
    const url = await findGateway(find);
    if (url === undefined) return { name, verdict: "good", says: "none is running: synapse run starts one for itself" };
    const { ready, problem, version } = await readiness(url);
    if (ready) return { name, verdict: "good", says: `${url} is ready, version ${version}` };
    return { name, verdict: "bad", says: `${url} is not ready: ${problem}`, fix: `see ${url}/ready` };
  } catch (error) {
    const [says = ""] = messageOf(error).split("\n");
    return { name, verdict: "bad", says, fix: "start it with: synapse up, or name another one" };
  }
}
