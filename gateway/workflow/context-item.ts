// Cuts a text to what the contract takes as one piece of context: bytes count, and no character is cut in two.

/** A little less than the contract's 64 KiB. */
const maxBytes = 65_000;

export function contextItem(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= maxBytes) return text;
  const kept = bytes.subarray(0, maxBytes).toString("utf8");
  return `${kept.slice(0, kept.length - 4)}\n... the rest was left out`;
}
