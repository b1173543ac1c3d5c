// Claude Code, headless: `claude -p` with stream-json. Seen with 2.1.197.
import { join } from "node:path";
import { readClaude } from "./claude-lines.ts";
import { asPrompt, type Call, type Cli, type Environment, hasKey, type Question } from "./cli.ts";

export const claude: Cli = {
  name: "claude",
  title: "Claude Code",
  install: "npm install -g @anthropic-ai/claude-code",
  login: "run `claude` and type /login, or set ANTHROPIC_API_KEY",
  packages: ["@anthropic-ai/claude-code"],
  variables: [
    ...["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
    ...["ANTHROPIC_BASE_URL", "CLAUDE_CONFIG_DIR"],
  ],
  keys: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"],
  firstByteMs: 180_000,
  stallMs: 120_000,
  call,
  read: readClaude,
};

function call(question: Question, folder: string, env: Environment): Call {
  const { system, prompt, schema, model, maxOutputTokens } = question;
  const args = ["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"];
  args.push("--system-prompt-file", join(folder, "system.md"), "--json-schema", JSON.stringify(schema));
  // No tools, and nothing of what the user has set up for work by hand.
  args.push("--tools", "", "--setting-sources", "", "--strict-mcp-config", "--disable-slash-commands");
  args.push("--no-session-persistence");
  // Reads no login at all, so only with a key.
  if (env.ANTHROPIC_API_KEY) args.push("--bare");
  if (model !== undefined) args.push("--model", model);
  return {
    args,
    env: {
      // It writes the version itself.
      ANTHROPIC_BASE_URL: (env.ANTHROPIC_BASE_URL ?? "").replace(/\/v1\/?$/, ""),
      ...(hasKey(claude, env) && { CLAUDE_CONFIG_DIR: join(folder, "home") }),
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(maxOutputTokens),
      ...oneRequest,
      ...nothingElse,
    },
    files: { "system.md": system },
    input: asPrompt(prompt),
  };
}

/** It would ask again by itself, in other ways or another model. */
const oneRequest = {
  CLAUDE_CODE_MAX_RETRIES: "0",
  MAX_STRUCTURED_OUTPUT_RETRIES: "0",
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
  CLAUDE_CODE_DISABLE_REFUSAL_FALLBACK: "1",
};

/** A path behind an @ anywhere in a prompt would be read and sent, whatever file it is and without tools. */
const nothingElse = {
  CLAUDE_CODE_DISABLE_ATTACHMENTS: "1",
  CLAUDE_CODE_DISABLE_CLAUDE_MDS: "1",
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
};
