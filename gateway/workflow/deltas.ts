// Gathers what an agent says into few events: at most ten a second, whatever the pace and however voices alternate.
import type { Clock } from "#core/clock.ts";
import type { EventBody } from "#durable/flow.ts";
import { OutputChannel } from "#gen/synapse/v1/agent_pb.ts";

type Voice = "text" | "reasoning" | "stdout" | "stderr";

export interface Deltas {
  add(voice: Voice, text: string): void;
  /** Writes what is left. */
  flush(): void;
}

/** The pause after an event. */
const everyMs = 100;
/** What one event holds at most; the whole of a command's output is kept elsewhere. */
const maxLength = 16_384;

interface Heard {
  text: string;
  leftOut: number;
}

export function deltas(emit: (body: EventBody) => void, clock: Clock): Deltas {
  const heard = new Map<Voice, Heard>();
  let callOff: (() => void) | undefined;

  function flush(): void {
    callOff?.();
    callOff = undefined;
    const events = [...heard];
    heard.clear();
    for (const [voice, said] of events) emit(bodyOf(voice, said));
    // Voices that speak at one time share the pace.
    if (events.length > 1) callOff = clock.after(everyMs * events.length, next);
  }
  function next(): void {
    callOff = undefined;
    if (heard.size > 0) flush();
  }
  return {
    add(voice, piece) {
      const { text, leftOut } = heard.get(voice) ?? { text: "", leftOut: 0 };
      const kept = piece.slice(0, maxLength - text.length);
      heard.set(voice, { text: text + kept, leftOut: leftOut + piece.length - kept.length });
      callOff ??= clock.after(everyMs, flush);
    },
    flush() {
      flush();
      callOff?.();
      callOff = undefined;
    },
  };
}

function bodyOf(voice: Voice, { text, leftOut }: Heard): EventBody {
  const whole = leftOut === 0 ? text : `${text}\n(${leftOut} characters are left out here)\n`;
  if (voice === "text" || voice === "reasoning") {
    return { case: "outputDelta", value: { text: whole, reasoning: voice === "reasoning" } };
  }
  const channel = voice === "stdout" ? OutputChannel.STDOUT : OutputChannel.STDERR;
  return { case: "commandOutput", value: { channel, text: whole } };
}
