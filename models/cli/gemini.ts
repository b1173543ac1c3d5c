// Gemini CLI, headless: `gemini -o stream-json`. Seen with 0.61.0.
import { join } from "node:path";
import { Fault } from "../provider-failure.ts";
import { asPrompt, type Call, type Cli, type Environment, hasKey, type Question, type Trouble } from "./cli.ts";
import { readGemini } from "./gemini-lines.ts";

export const gemini: Cli = {
  name: "gemini",
  title: "Gemini CLI",
  install: "npm install -g @google/gemini-cli",
  login: "run `gemini` and choose a login, or set GEMINI_API_KEY",
  packages: ["@google/gemini-cli"],
  variables: ["GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_CLOUD_PROJECT"],
  keys: ["GEMINI_API_KEY"],
  // It takes seconds to start.
  firstByteMs: 180_000,
  stallMs: 120_000,
  call,
  read: readGemini,
  // Its tools would be on.
  alarm: /skipping system settings file/i,
  readExit,
};

/** What it chooses by itself costs a request to another model first. */
const ownChoice = "pro";

function call(question: Question, folder: string, env: Environment): Call {
  const { system, prompt, model = ownChoice } = question;
  const withKey = hasKey(gemini, env);
  const args = ["-o", "stream-json", "--skip-trust", "-m", model];
  args.push("--extensions", "none", "--allowed-mcp-server-names", "none");
  const settings = JSON.stringify(settingsFor(question, withKey));
  const home = join(folder, "home");
  const file = withKey ? "home/.gemini/settings.json" : "settings.json";
  return {
    args,
    env: {
      // It writes the version itself.
      GOOGLE_GEMINI_BASE_URL: (env.GOOGLE_GEMINI_BASE_URL ?? "").replace(/\/v1(beta)?\/?$/, ""),
      GEMINI_SYSTEM_MD: join(folder, "system.md"),
      GEMINI_CLI_NO_RELAUNCH: "true",
      // A login is in the user's home; what stands in the system's settings goes before the user's.
      ...(withKey ? { HOME: home } : { GEMINI_CLI_SYSTEM_SETTINGS_PATH: join(folder, file) }),
    },
    files: { "system.md": system, [file]: settings },
    input: asPrompt(prompt),
  };
}

/** No tools, nothing told to the model but our prompts, one request, nobody else contacted. */
function settingsFor({ schema, maxOutputTokens }: Question, withKey: boolean) {
  const answer = { maxOutputTokens, responseMimeType: "application/json", responseJsonSchema: schema };
  return {
    ...(withKey && { security: { auth: { selectedType: "gemini-api-key" } } }),
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: 1, retryFetchErrors: false },
    tools: { core: [] },
    skills: { enabled: false },
    hooksConfig: { enabled: false },
    experimental: { enableAgents: false },
    context: { fileName: ["no-such-file.md"], includeDirectoryTree: false, discoveryMaxDirs: 0 },
    model: { maxSessionTurns: 1, skipNextSpeakerCheck: true, disableLoopDetection: true },
    modelConfigs: {
      overrides: [{ match: { overrideScope: "core" }, modelConfig: { generateContentConfig: answer } }],
    },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
  };
}

/** An exit code is one byte, and it exits with the HTTP status; 41 is its own for a missing login. */
function readExit(code: number): Partial<Trouble> {
  if (code === 41) return { fault: Fault.AUTH };
  return code >= 144 ? { status: code + 256 } : {};
}
