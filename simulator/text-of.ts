// The words within a request's messages, whatever form the dialect gives them.

/** Texts and parts with text, in their order, a line between them. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map(textOf).filter(Boolean).join("\n");
  if (typeof content !== "object" || content === null) return "";
  const { text, content: inner, parts, output, functionResponse } = content as Record<string, unknown>;
  if (functionResponse !== undefined) return JSON.stringify(functionResponse);
  return textOf(text ?? inner ?? parts ?? output);
}
