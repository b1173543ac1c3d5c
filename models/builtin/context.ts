// What a task says around itself: why it is wanted, for whom, and examples. A task that is not understood whole is read without it.
import { elsewhere, stem } from "./english.ts";

/** Where a clause of its own ends. */
const rest = "[^.;?!\\n]*";
const part = "[^.,;:?!\\n()]*";
const mine = "(?:my|our|his|her|their|your|the|a|an|some|this)";
const place =
  "(?:home ?work|assignment|class|classes|course|lecture|lesson|exam|exams|midterm|test|quiz|school|college|university|uni|high school|study|studies|thesis|essay|novel|blog|paper|report|interview|interviews|job interview|work|job|office|fun|practice|learning|hobby|project|side project|kid|kids|son|daughter|students?|pupils?|teacher|professor|boss|friend|team|colleagues?|coworkers?|club|workshop|talk|presentation|demo|tutorial|puzzle|party|family|children)";
const person = `${mine} (?:\\w+ )?(?:teacher|professor|prof|boss|friend|manager|lead|tutor|instructor|colleague|coworker|team|kid|son|daughter|student|students|kids|brother|sister|client|customer)s?`;

const purposes: readonly RegExp[] = [
  `,?\\s*\\bso (?:that )?(?:i|we|he|she|they|${mine} \\w+) (?:can |could |will |may )?(?:finally |better |really )?(?:learn|understand|study|practi[cs]e|prepare|pass|compare|impress|open it in|check (?:my|our|his|her|their))\\b${rest}`,
  `,?\\s*\\b(?:because|since i|since we|since my|as i(?:'m| am))\\b${rest}`,
  `,?\\s*\\bin order to\\b${part}`,
  `\\b(?:i'm|i am|we're|we are|im|i was|i've been|i have been)\\s+(?:(?:a|an|not|just|currently|still|now|also) )*(?:\\w+ing|new|beginner|student|teacher|developer|programmer|tired|stuck|bored|curious|lazy|bad|terrible)\\b${part}(?:[.,;:!]|\\band\\b|\\bso\\b|$)`,
  `\\b(?:it's|it is|this is|that's) (?:just )?(?:for|part of|a part of|due|only for)\\b${part}`,
  "\\s*\\((?!e\\.?g|for example|like|such as)[^()\\d]*\\)",
  `(?<=^|[.!?\\n]\\s*)(?:my|our|i|we) (?!(?:need|want|would|'d|have to|must|should|could|can)\\b)(?:[\\w'-]+ ){2,12}?[\\w'-]+,(?= (?:can|could|please|would|show|so|i|and|but|write|make|give|help|need))`,
  `(?<=[.!?\\n]\\s*)(?:my|our|i|we|he|she) (?![^.!?]*\\b(?:should|must|need|needs|want|wants|then|also|with|can|each|every|into|from|sum|count|use|using|has to|have to)\\b)[^.!?\\n]*[.!?]?$`,
  `\\b(?:in|from|of|on|inside|within) (?:my|our|his|her|their) (?:[\\w'-]+ )?[\\w'-]+`,
  `\\bi (?:always|often|keep|never|sometimes|usually|really|just)\\b ${part}[.,;]`,
  `\\b(?:english is|sorry)\\b${rest}`,
  `\\b(?:thanks|thank you|thx|cheers|many thanks|much appreciated|appreciate)\\b${part}`,
  `\\b${person} (?:has |have )?(?:asked|told|wants?|said|needs?|gave|requires?|assigned|requested|keeps?)(?: (?:me|us|that|for|to))*`,
  `,?\\s*\\b(?:for|in|during|at|as part of|as) (?:${mine} )?(?:(?!with|of|from|that|and)[\\w'-]+ ){0,3}?${place}\\b(?: of mine| at \\w+)?`,
].map((form) => new RegExp(form, "gi"));

const koreanPurposes: readonly RegExp[] = [
  /(?:엑셀|스프레드시트)(?:에서|로)?\s*(?:바로\s*)?(?:열|볼|쓸|사용할|불러올|편집할|확인할)\s*수\s*(?:있|있는)(?:게|도록)/g,
  /[^,.!?\n]*(?:숙제|과제|수업|공부|시험|면접|학교|회사|업무|발표|동아리|연습|취미|선생님|교수님|친구|동생|아이|아들|딸|조카|학생)[가-힣]*\s*(?:하는\s*|하다가\s*|중\s*|준비\s*|때문\s*)?[가-힣]*(?:인데요?|는데요?|ㄴ데|거든요|라서|해서|니까|때문에|용으로|이라|셔서|어서|아서|중이라|중이에요|중입니다|합니다|했어요|됐어요)[,.!]?\s/g,
  /(?:^|(?<=[\s,.]))(?:학교|수학|회사|대학|코딩|프로그래밍|자료구조|알고리즘|컴퓨터)?\s*(?:숙제|과제|수업|공부|시험|면접|업무|발표|연습|취미)(?:에서|용으로|로|에|용|할|준비용|때문에|하려고|하는데|에서 쓸|에 쓸|에 필요한)?(?=[\s,.])/g,
  /[^,.!?\n]*(?:거든요|하거든요|때문에요?|모르겠어서|귀찮아서|싶어서|싶은데요?|궁금해서|필요해서|헷갈려서|어려워서|힘들어서)[,.!]?\s/g,
  /[^,.!?\n]*(?:기|보기|쓰기) ?위해서?\s/g,
  /(?:감사합니다|고맙습니다|감사해요|미리 감사|수고하세요|안녕하세요)[.!~^]*/g,
];

/** An example, with its result; what only names something alike counts only where values stand in it. */
const examples: readonly RegExp[] = [
  /[([]\s*(?:e\.?g\.?|i\.e\.|ex\.?|eg|for example|for instance|example|like|such as|예|예시|예를 들면|예를 들어|예컨대|ex)[.,: ][^()]*(?:\([^()]*\)[^()]*)*[)\]]/gi,
  /[,;–—-]?\s*\b(?:e\.g\.|eg\b|for example|for instance|example:|examples:)[^;?\n]*?(?=[.?!](?:\s|$)|$|\n|\bplease\b)/gi,
  /[,;–—-]?\s*\b(?:like|such as|as in|i\.e\.|turning|turns?)\s[^;?.\n]*?(?:["'“‘]|[A-Z]{3,}|->|→|=>|=|\bbecomes?\b|\bgives?\b)[^;?\n]*?(?=[.?!](?:\s|$)|$|\n|\bplease\b)/g,
  /,?\s*["'“‘]?[\w-]+["'”’]?\s*(?:->|→|=>|becomes|gives|should give|would be|should become)\s*["'“‘]?[\w^*]+["'”’]?/g,
  /(?:예를\s*들면|예를\s*들어서?|예컨대|예시[는로:]?|가령|예:|ex\))[^\n]*?(?=[.?!](?:\s|$)|$|\n)/gi,
  /[^\s,.]+\s*(?:->|→|=>)\s*[^\s,.]+/g,
  /[^\s,]+(?:을|를|이|가|은|는)?\s+[^\s,]+(?:처럼|와 같이|과 같이|같이)(?=\s)/g,
];

/** Programs that people open what a task makes with. */
const harmless: ReadonlySet<string> = new Set("excel spreadsheet email pdf google image".split(" ").map(stem));
const platform = /엑셀|파이썬|자바|웹|앱|서버|사이트|리액트|페이지|봇(?=[\s을를은는이가])|데이터베이스|게임|클라우드/;

/** A way to read a task. */
export interface Reading {
  readonly text: string;
  /** What was cut from it, in the order it was cut. */
  readonly unread: readonly string[];
}

/** The ways to read a task, best first: whole, without what surrounds it, without its examples too. */
export function readings(text: string): readonly Reading[] {
  const whole = { text, unread: [] };
  const bare = cut(whole, [...purposes, ...koreanPurposes]);
  const shorter = [bare, cut(whole, examples), cut(bare, examples)].filter((one) => /[\p{L}\d]{2}/u.test(one.text));
  return [whole, ...shorter].filter((one, i, all) => all.findIndex((other) => other.text === one.text) === i);
}

function cut(reading: Reading, clauses: readonly RegExp[]): Reading {
  const unread = [...reading.unread];
  const short = clauses.reduce(
    (left, clause) =>
      left.replace(clause, (found) => {
        if (!isAside(found)) return found;
        unread.push(found.replace(/^[\s,.;:!-]+|[\s,;:-]+$/g, ""));
        return " ";
      }),
    reading.text,
  );
  const text = short
    .replace(/\s+([,.;:?!])/g, "$1")
    .replace(/^[\s,.;:!-]+/, "")
    .replace(/[ \t]{2,}/g, " ")
    .trim();
  return { text, unread: unread.filter((one) => /[\p{L}\d]/u.test(one)) };
}

/** Whether a clause names no platform, so that nothing is lost without it. */
function isAside(clause: string): boolean {
  const words = clause.match(/[\p{Script=Latin}+#.]+/gu) ?? [];
  const isNamed = words.some((word) => {
    const form = stem(word.replace(/\.$/, ""));
    return elsewhere.has(form) && !harmless.has(form);
  });
  return !isNamed && !platform.test(clause.replace(/^(?:엑셀|스프레드시트)/, ""));
}
