// What Ctrl-C and the signals that end a process do to a command.

export interface InterruptHandlers {
  /** The first Ctrl-C. */
  first: () => void;
  /** The second one: leave at once. */
  second: () => void;
  /** SIGTERM: leave in order. */
  terminate: () => void;
}

/** Listens until called off. */
export function interrupts({ first, second, terminate }: InterruptHandlers): () => void {
  let count = 0;
  const interrupted = () => {
    count += 1;
    if (count === 1) first();
    else second();
  };
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", terminate);
  return () => {
    process.off("SIGINT", interrupted);
    process.off("SIGTERM", terminate);
  };
}
