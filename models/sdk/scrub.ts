// Takes out of a text what may be a key: ours, and whatever looks like one.

const keyLike = [
  /\b(?:sk|pk|rk|gsk|xai|hf|AIza|ya29|AQ\.)[-_.\w*]{6,}/g,
  /\bBearer\s+[^\s"',]+/gi,
  /\b((?:api[-_]?key|key|token|secret|password|authorization)["']?\s*[=:]\s*["']?)[^\s"'&,}]{6,}/gi,
];

/** `secrets` are taken out as they are and as they stand in an address. */
export function scrubbed(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets.filter((each) => each.length > 3)) {
    for (const form of [secret, encodeURIComponent(secret)]) clean = clean.replaceAll(form, "[key]");
  }
  return keyLike.reduce((left, pattern) => left.replace(pattern, (_, before) => `${named(before)}[key]`), clean);
}

/** What stands before a key and is none itself; a pattern without a group gives its place there. */
const named = (before: unknown) => (typeof before === "string" ? before : "");
