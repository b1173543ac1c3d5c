// What must be ended before this process is, also when nobody waits for it any more.

const living = new Set<() => void>();
let isListening = false;

/** `end` runs when this process exits, unless it is called off before. */
export function atExit(end: () => void): () => void {
  // One listener for all: there may be many at a time.
  if (!isListening) process.on("exit", endAll);
  isListening = true;
  living.add(end);
  return () => void living.delete(end);
}

function endAll(): void {
  for (const end of living) end();
}
