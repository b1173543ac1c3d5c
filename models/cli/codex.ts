// Codex CLI, headless: `codex exec --json`. Seen with 0.171.0.
import { join } from "node:path";
import { baseUrlOf } from "../sdk/settings.ts";
import { type Call, type Cli, type Environment, hasKey, type Question } from "./cli.ts";
import { readCodex } from "./codex-lines.ts";

export const codex: Cli = {
  name: "codex",
  title: "Codex CLI",
  install: "npm install -g @openai/codex",
  login: "run `codex login`, or set OPENAI_API_KEY",
  packages: ["@openai/codex"],
  variables: ["CODEX_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "CODEX_HOME"],
  keys: ["CODEX_API_KEY", "OPENAI_API_KEY"],
  // It tells a thought or an answer only when it is whole.
  firstByteMs: 600_000,
  stallMs: 600_000,
  call,
  read: readCodex,
  // It would ask again and again for as long as the model calls tools that are off.
  alarm: /unsupported call/,
};

function call({ system, prompt, schema, model }: Question, folder: string, env: Environment): Call {
  const args = ["exec", "--json", "--color", "never", "--skip-git-repo-check", "--ephemeral", "-s", "read-only"];
  // A login is still read from there.
  args.push("--ignore-user-config", "--ignore-rules");
  args.push("-C", join(folder, "work"), "--output-schema", join(folder, "schema.json"));
  if (model !== undefined) args.push("-m", model);
  const withKey = hasKey(codex, env);
  const settings: Record<string, string> = {
    ...bare,
    // The user's own setting of it is not read.
    ...(!withKey && { cli_auth_credentials_store: toml("auto") }),
    model_instructions_file: toml(join(folder, "system.md")),
    model_provider: toml("synapse"),
    "model_providers.synapse": withKey ? provider(baseUrlOf("openai", env.OPENAI_BASE_URL)) : provider(),
  };
  for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
  const key = env.CODEX_API_KEY || env.OPENAI_API_KEY || "";
  return {
    args: [...args, "-"],
    env: withKey ? { CODEX_HOME: join(folder, "home"), CODEX_API_KEY: key, OPENAI_API_KEY: "" } : {},
    files: { "system.md": system, "schema.json": JSON.stringify(schema) },
    input: prompt,
  };
}

/** A provider of our own, for only those can be told not to ask again by themselves. */
function provider(baseUrl?: string): string {
  const who =
    baseUrl === undefined
      ? 'name="OpenAI",requires_openai_auth=true'
      : `name="synapse",base_url=${toml(baseUrl)},env_key="CODEX_API_KEY"`;
  return `{${who},wire_api="responses",request_max_retries=0,stream_max_retries=0,supports_websockets=false}`;
}

const off = [
  ...["shell_tool", "unified_exec", "view_image", "multi_agent", "goals", "apps", "hooks", "plugins", "remote_plugin"],
  ...["image_generation", "browser_use", "computer_use", "sleep_tool", "tool_suggest", "skill_search", "memories"],
  ...["shell_snapshot", "unbounded_connection_retries"],
];

/** No tools, nothing told to the model but our prompts, nothing written for later, nobody else contacted. */
const bare: Readonly<Record<string, string>> = {
  approval_policy: '"never"',
  web_search: '"disabled"',
  ...Object.fromEntries(off.map((feature) => [`features.${feature}`, "false"])),
  "tools.experimental_request_user_input.enabled": "false",
  "tools.update_plan.enabled": "false",
  project_doc_max_bytes: "0",
  include_environment_context: "false",
  include_permissions_instructions: "false",
  include_apps_instructions: "false",
  "skills.include_instructions": "false",
  "history.persistence": '"none"',
  check_for_update_on_startup: "false",
  "analytics.enabled": "false",
};

/** A string as TOML writes it: what JSON escapes, it escapes alike. */
const toml = (text: string): string => JSON.stringify(text);
