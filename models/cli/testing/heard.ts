// What recorded lines tell, and what becomes of them.
import type { Cli, Environment } from "../cli.ts";
import { listener } from "../listener.ts";
import { fallen } from "../outcome.ts";
import type { Recorded } from "../recorded/recorded.ts";
import { spentBy } from "../usage.ts";

const now = new Date("2026-11-28T11:20:00Z");
const question = { system: "You are S.", prompt: "Say hi", schema: {}, model: undefined, maxOutputTokens: 1234 };

/** Reads what a program wrote, and judges its end. */
export function heard(cli: Cli, { lines, code, stderr }: Recorded, env: Environment = {}) {
  const isAlarmed = cli.alarm?.test(stderr) ?? false;
  const said: string[] = [];
  const ear = listener(cli, (text, tone) => said.push(`${tone}:${text}`));
  const stages = lines.map((line) => ear.line(line));
  const { told, isMalformed } = ear.all();
  const ended = { code, signal: null, tooLong: false, isAlarmed, stderr };
  const place = { cli, program: cli.name, folder: "/folder", now, maxOutputTokens: 1234 };
  const fault = fallen({ ...place, told, ended, isMalformed });
  return { said, stages, told, fault, usage: spentBy({ cli, question, env, told, fault: fault?.fault }) };
}
