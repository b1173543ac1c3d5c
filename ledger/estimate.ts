// How many tokens a text may be, before a provider has counted: rather too many than too few.

/**
 * An upper estimate. Providers speak of about four characters a token for English; code and JSON are nearer to three, and
 * newer tokenizers give a third more tokens than older ones (Anthropic on Claude Opus 4.7). So three letters are a token,
 * a digit or sign is one by itself, and of all other scripts two bytes are one.
 */
export function tokensOf(text: string): number {
  let letters = 0;
  let signs = 0;
  let otherBytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x800) otherBytes += isSurrogate(code) ? 2 : 3;
    else if (code >= 0x80) otherBytes += 2;
    else if (isLetter(code) || isSpace(code)) letters++;
    else signs++;
  }
  return Math.ceil(letters / 3 + signs + otherBytes / 2);
}

/** Half of a character of four bytes. */
function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
