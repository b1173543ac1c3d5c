// Reads a model's text as JSON, between fences or not, in time that grows with its length and no faster.

/** Models like to put their JSON between fences. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(unfenced(text.trim())) as unknown;
  } catch {
    return undefined;
  }
}

/** Without a pattern: one that has to find both fences goes over the same empty lines again and again. */
function unfenced(text: string): string {
  const firstEnd = text.indexOf("\n");
  if (firstEnd < 0 || !text.endsWith("```")) return text;
  const opens = text.slice(0, firstEnd).trimEnd();
  return opens === "```" || opens === "```json" ? text.slice(firstEnd + 1, -"```".length).trim() : text;
}
