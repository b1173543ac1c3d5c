// Hears what a program writes: gathers what its lines tell, says on what the model says, and judges when it is enough.
import { jsonIn } from "../json-in.ts";
import type { Ask } from "../model.ts";
import { type Cli, type Json, nothingTold, type Told } from "./cli.ts";
import type { Stage } from "./process.ts";

export function listener(cli: Pick<Cli, "read">, say: Ask["say"]) {
  let told: Told = nothingTold;
  let isMalformed = false;
  return {
    line(text: string): Stage {
      // Some write a notice among the lines.
      if (!text.startsWith("{")) return told.text === "" ? "begins" : "answers";
      const line = jsonIn(text);
      if (line === undefined) {
        isMalformed = true;
        return "stop";
      }
      const { says = "", thinks = "", ...more } = cli.read(told, line as Json);
      told = { ...told, ...more, isAtWork: true };
      if (says !== "") say(says, "text");
      if (thinks !== "") say(thinks, "reasoning");
      if (told.isEnough) return "stop";
      if (told.isOver) return "done";
      return told.text + told.thought === "" && told.tokens.input === undefined ? "begins" : "answers";
    },
    all: () => ({ told, isMalformed }),
  };
}
