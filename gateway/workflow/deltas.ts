// Gathers what an agent says into few events: at most ten a second, whatever the model's pace.
import type { Clock } from "#core/clock.ts";
import type { EventBody } from "#durable/flow.ts";
import { OutputChannel } from "#gen/synapse/v1/agent_pb.ts";

type Voice = "text" | "reasoning" | "stdout" | "stderr";

export interface Deltas {
  add(voice: Voice, text: string): void;
  /** Writes what is left. */
  flush(): void;
}

const everyMs = 100;
/** More than this in one event would make it a document: it is written at once. */
const maxLength = 16_384;

export function deltas(emit: (body: EventBody) => void, clock: Clock): Deltas {
  let voice: Voice = "text";
  let text = "";
  let callOff: (() => void) | undefined;

  function flush(): void {
    callOff?.();
    callOff = undefined;
    if (text === "") return;
    const piece = text;
    text = "";
    emit(bodyOf(voice, piece));
  }
  return {
    add(from, piece) {
      if (from !== voice || text.length + piece.length > maxLength) flush();
      voice = from;
      text += piece;
      callOff ??= clock.after(everyMs, flush);
    },
    flush,
  };
}

function bodyOf(voice: Voice, text: string): EventBody {
  if (voice === "text" || voice === "reasoning") {
    return { case: "outputDelta", value: { text, reasoning: voice === "reasoning" } };
  }
  const channel = voice === "stdout" ? OutputChannel.STDOUT : OutputChannel.STDERR;
  return { case: "commandOutput", value: { channel, text } };
}
