// Takes out of foreign text what a terminal would obey: escape sequences, control characters, marks that reorder text.

/** CSI, then strings of OSC, DCS, SOS, PM and APC with their end, then other escapes; in their 7-bit and 8-bit forms. */
const sequences = new RegExp(
  [
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]?",
    "(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x90\\x98\\x9c-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c)",
    "\\x1b[ -/]*[0-~]?",
  ].join("|"),
  "g",
);
/** Bidirectional marks, overrides and isolates (CVE-2021-42574), zero-width joins of nothing, tags. */
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const lineEnds = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 without tab and newline, DEL, C1. */
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** The text as lines that can be shown: of control characters only newline and tab are left. */
export function sanitize(text: string): string {
  return text.replace(sequences, "").replace(lineEnds, "\n").replace(controls, "").replace(invisible, "");
}

/** The same on one line, with single spaces. */
export function oneLine(text: string): string {
  return sanitize(text).replace(/\s+/g, " ").trim();
}

/** JSON that keeps all and still can't move a cursor: what JSON leaves raw and a terminal obeys is escaped. */
export function safeJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(
    /[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
