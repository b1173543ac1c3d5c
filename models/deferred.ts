// An engine that is made when it is first asked, so that a start pays for nothing that is not used.
import type { Engine, Thinking } from "./engine.ts";

/** Until it is made it has the name given; after a failure it is made anew at the next ask. */
export function deferred(name: Pick<Engine, "kind" | "model">, make: () => Promise<Engine>): Engine {
  let made: Engine | undefined;
  let making: Promise<Engine> | undefined;

  function engine(): Promise<Engine> {
    making ??= make().then(
      (engine) => {
        made = engine;
        return engine;
      },
      (error) => {
        making = undefined;
        throw error;
      },
    );
    return making;
  }

  /** An engine of another name than was expected says who it is. */
  async function asked<T extends object>(thinking: Thinking, ask: (engine: Engine) => Promise<T>): Promise<T> {
    const chosen = await engine();
    thinking.signal.throwIfAborted();
    return { engine: { kind: chosen.kind, model: chosen.model }, ...(await ask(chosen)) };
  }

  return {
    get kind() {
      return (made ?? name).kind;
    },
    get model() {
      return (made ?? name).model;
    },
    plan: (request, thinking) => asked(thinking, (engine) => engine.plan(request, thinking)),
    generateCode: (request, thinking) => asked(thinking, (engine) => engine.generateCode(request, thinking)),
    research: (request, thinking) => asked(thinking, (engine) => engine.research(request, thinking)),
    analyze: (request, thinking) => asked(thinking, (engine) => engine.analyze(request, thinking)),
    reviewCode: (request, thinking) => asked(thinking, (engine) => engine.reviewCode(request, thinking)),
    writeTests: (request, thinking) => asked(thinking, (engine) => engine.writeTests(request, thinking)),
  };
}
