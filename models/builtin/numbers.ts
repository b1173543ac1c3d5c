// Numbers as people write them: digits with separators, and words in English and Korean.

/** A number that was read, and how many characters or words it took. */
export interface NumberRead {
  readonly value: number;
  readonly length: number;
}

const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  천: 1e3,
  만: 1e4,
  백만: 1e6,
  천만: 1e7,
  억: 1e8,
};
const afterScale = "(?=[^가-힣]|$|개|까지|이하|이상|미만|초과|보다|번|이|을|를|의|원|줄|항|단|으로|로)";
const digits = new RegExp(
  "[-+\\u2212]?(?:\\d{1,3}(?:,\\d{3})+(?![\\d,])|\\d+(?:_\\d+)*)(?:\\.\\d+)?(?:e[+-]?\\d{1,3}(?![\\d\\p{L}]))?" +
    `(?:(?<scale>k(?![\\p{L}\\d])|(?:백만|천만|천|만|억)${afterScale})|\\s(?<word>thousand|million|billion)\\b)?`,
  "uy",
);

/** The number in digits that stands at an index of a text, such as 1,000 or 1_000 or 2.5 or 1e3 or 10k or 10만. */
export function digitsAt(text: string, at: number): NumberRead | undefined {
  digits.lastIndex = at;
  const found = digits.exec(text);
  if (!found) return undefined;
  const scale = found.groups?.scale ?? found.groups?.word;
  const plain = found[0].slice(0, found[0].length - (scale?.length ?? 0)).trim();
  const value = Number(plain.replace(/[,_+]/g, (mark) => (mark === "+" ? "+" : "")).replace("\u2212", "-"));
  const scaled = scale === undefined ? value : Number((value * (scales[scale] ?? 1)).toPrecision(15));
  return { value: scaled, length: found[0].length };
}

const ones =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const tens = "twenty thirty forty fifty sixty seventy eighty ninety";
const small: ReadonlyMap<string, number> = new Map([
  ...ones.split(" ").map((word, i) => [word, i] as const),
  ...tens.split(" ").map((word, i) => [word, (i + 2) * 10] as const),
]);
const ordinals: Readonly<Record<string, string>> = {
  third: "three",
  fifth: "five",
  eighth: "eight",
  ninth: "nine",
  twelfth: "twelve",
};

/** The number that words begin with, such as "two", "hundred", "and", "five"; "tenth" tells it is an ordinal. */
export function wordsNumber(words: readonly string[]): (NumberRead & { readonly ordinal: boolean }) | undefined {
  let thousands = 0;
  let part: number | undefined;
  let length = 0;
  let ordinal = false;
  for (const [i, word] of words.entries()) {
    const base = cardinal(word);
    const value = small.get(base);
    const joins = part !== undefined && (thousands > 0 || part > 0) && part % 100 === 0;
    if (value !== undefined && (part === undefined || joins || (value < 10 && part % 10 === 0 && part % 100 > 10))) {
      part = (part ?? 0) + value;
    } else if (base === "hundred" && (part ?? 1) < 100) part = (part ?? 1) * 100;
    else if (base === "dozen" && part === undefined) part = 12;
    else if (base === "thousand" || base === "million") {
      thousands += (part ?? 1) * (scales[base] ?? 1);
      part = 0;
    } else if (i === 0 && word === "a" && counting.has(words[1] ?? "")) continue;
    else if (word === "and" && joins && small.has(words[i + 1] ?? "")) continue;
    else break;
    length = i + 1;
    ordinal = base !== word;
    if (ordinal) break;
  }
  return length === 0 ? undefined : { value: thousands + (part ?? 0), length, ordinal };
}

const counting: ReadonlySet<string> = new Set(["hundred", "thousand", "million", "dozen"]);

function cardinal(word: string): string {
  const base = ordinals[word] ?? word.replace(/ieth$/, "y").replace(/th$/, "");
  return base === word || small.has(base) || base in scales || base === "hundred" ? base : word;
}

const nativeOnes = "하나|한,둘|두,셋|세|석,넷|네|넉,다섯,여섯,일곱,여덟,아홉"
  .split(",")
  .map((forms) => forms.split("|"));
const nativeTens = "열,스물|스무,서른,마흔,쉰,예순,일흔,여든,아흔".split(",").map((forms) => forms.split("|"));
const native = new RegExp(`^(${nativeTens.flat().join("|")})?(${nativeOnes.flat().join("|")})?`);
const sino = /^(?:[일이삼사오육칠팔구]?[십백천만])+[일이삼사오육칠팔구]?/;

/** The number word a run of Hangul begins with, such as 스물다섯 or 이백; whether a number is meant the rest must show. */
export function hangulNumber(text: string): NumberRead | undefined {
  const inWords = native.exec(text);
  if (inWords?.[0]) {
    const ten = nativeTens.findIndex((forms) => forms.includes(inWords[1] ?? "")) + 1;
    const one = nativeOnes.findIndex((forms) => forms.includes(inWords[2] ?? "")) + 1;
    return { value: ten * 10 + one, length: inWords[0].length };
  }
  const found = sino.exec(text)?.[0];
  return found === undefined ? undefined : { value: sinoValue(found), length: found.length };
}

function sinoValue(text: string): number {
  let total = 0;
  let part = 0;
  let digit: number | undefined;
  for (const c of text) {
    const unit = { 십: 10, 백: 100, 천: 1000, 만: 10000 }[c];
    if (unit === undefined) digit = "일이삼사오육칠팔구".indexOf(c) + 1;
    else if (unit === 10000) [total, part, digit] = [total + (part + (digit ?? 0) || 1) * unit, 0, undefined];
    else [part, digit] = [part + (digit ?? 1) * unit, undefined];
  }
  return total + part + (digit ?? 0);
}
