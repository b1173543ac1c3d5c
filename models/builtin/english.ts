// English words in the form they are compared in, and the ones that say nothing about the topic of a task.
import { everyday, qualities } from "./everyday.data.ts";

const irregular: Readonly<Record<string, string>> = {
  matrices: "matrix",
  indices: "index",
  vertices: "vertex",
  children: "child",
  men: "man",
  people: "person",
  multiplication: "multiply",
  division: "divide",
  subtraction: "subtract",
  addition: "add",
  conversion: "convert",
  permutation: "permute",
  transposition: "transpose",
  chosen: "choose",
  found: "find",
  given: "give",
  gave: "give",
  gotten: "get",
  got: "get",
  held: "hold",
  kept: "keep",
  made: "make",
  read: "read",
  said: "say",
  sought: "seek",
  shown: "show",
  sent: "send",
  split: "split",
  sum: "sum",
  taken: "take",
  told: "tell",
  went: "go",
  written: "write",
  wrote: "write",
  always: "always",
  during: "during",
  evening: "evening",
  morning: "morning",
  string: "string",
  thing: "thing",
  this: "this",
  news: "news",
  user: "user",
  server: "server",
  number: "number",
  letter: "letter",
  paper: "paper",
  water: "water",
  weather: "weather",
  whether: "whether",
  never: "never",
  order: "order",
  other: "other",
  another: "another",
  either: "either",
  neither: "neither",
  together: "together",
  however: "however",
  multiply: "multiply",
  apply: "apply",
  supply: "supply",
  reply: "reply",
  assembly: "assembly",
  family: "family",
};

/** The form in which an English word is compared: "Sorting", "sorted" and "sorter" are one. A light suffix stripper in the manner of Porter (1980). */
export function stem(word: string): string {
  const plain = word
    .toLowerCase()
    .replace(/['\u2019](?:s|d|ll|re|ve|m)?$/, "")
    .replace(/n['\u2019]t$/, "");
  const known = irregular[plain] ?? irregular[plain.replace(/s$/, "")];
  return ending(known ?? strip(singular(plain)));
}

function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/.test(word)) return word.replace(/sis$/, "s");
  if (/ies$/.test(word)) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(?:ss|x|o|ch|sh|zz)es$/.test(word)) return word.slice(0, -2);
  if (/ses$/.test(word) && word.length > 8) return word.slice(0, -2);
  return word.endsWith("s") ? word.slice(0, -1) : word;
}

/** Suffixes, what must remain before them, and what takes their place; the first that fits is taken. */
const suffixes: readonly (readonly [RegExp, string])[] = [
  [/^(.{3,})i[sz]ation$/, "$1iz"],
  [/^(.{3,})i[sz](?:e|ed|er|ing)$/, "$1iz"],
  [/^(.{3,})ically$/, "$1ic"],
  [/^(.{3,})ical$/, "$1ic"],
  [/^(.{3,})(?:ied|ier|ying)$/, "$1y"],
  [/^(.{3,}[st])ion$/, "$1"],
  [/^(.{4,})ly$/, "$1"],
  [/^(.*[aeiouy].+)ing$/, "$1"],
  [/^(.*[aeiouy].+)ed$/, "$1"],
  [/^(.{4,})er$/, "$1"],
];

function strip(word: string): string {
  for (const [suffix, rest] of suffixes) {
    if (suffix.test(word)) return word.replace(suffix, rest).replace(/([bdgmnprt])\1$/, "$1");
  }
  return word;
}

function ending(word: string): string {
  const short = word.length > 3 ? word.replace(/e$/, "").replace(/our$/, "or") : word;
  return short.replace(/([^aeiou])y$/, "$1i");
}

/** Words that may stand between the words of a phrase. */
export const articles: ReadonlySet<string> = set(
  "a an the of this that these those its their my your our all every each some any",
);

/** Words that may take the place of "to" in a phrase such as "celsius to fahrenheit". */
export const towards: ReadonlySet<string> = set("to into in as");

/** Words that may take the place of "to" where one thing is read and another written. */
export const turning: readonly string[] = [...towards, ...set("output print produce emit write generate return")];

/** Verbs and qualities that any topic may have: they cost little. */
export const lightEnglish: ReadonlySet<string> = set(
  "convert transform change group split divide combine gather collect different distinct",
);

/** Words that make one number of many: only a recipe that needs them does that. */
export const aggregates: ReadonlySet<string> = new Set(
  [..."sum average mean median product add 합 합계 총합 평균 곱 더하 더하다 더해 더하기".split(" ")].flatMap((word) => [
    stem(word),
    word.normalize("NFD"),
  ]),
);

/** Words that say what form the answer takes or how politely it is asked for, but nothing about the topic. */
export const generalEnglish: ReadonlySet<string> = set(`
  a an the of to in on at by for from with and or but nor so if then than that this these those there here it its
  it's itself they them their theirs themselves i me my mine myself we us our ours you your yours he she him her
  his one ones who whom whose which what when where why how whatever whichever whenever wherever is are was were be
  been being am isn't aren't wasn't do does did done doing don't doesn't didn't have has had having can could will
  would shall should may might must cannot can't won't let lets ought each every all any some both either neither
  another other others else more most less least few fewer several many much such same own no not yes only just
  also too very really quite rather enough still already yet again once ever never always often usually sometimes
  about above below over under into onto out up down off among through throughout during before after until till
  while as like via per within along around toward towards upon because since though although however therefore
  thus hence etc eg ie instead besides now later soon today first second last next previous current finally e g n x
  y z k m b c please thank thanks hi hello hey dear kindly ok okay sure pls plz cheers sorry write make create
  build give show print output display produce generate return tell find get put compute calculate determine
  implement code program develop design provide prepare need want help try use using used take read accept receive
  say see look know understand figure work run start begin end finish stop handle process solve perform wish hope
  love prefer mean ask answer call come go turn keep hold set supply enter type pass feed contain include appear
  happen exist follow support allow enable able require expect explain describe define demonstrate illustrate list
  report inform indicate announce state name label mark point note mention supposed choose select pick apply depend
  base treat ensure guarantee consider assume suppose represent refer correspond relate belong learn study teach
  practice practise exercise homework assignment school college university class course lesson lecture student
  teacher professor interview question kata challenge puzzle quiz exam test check verify confirm project task job
  problem solution demo example sample programme programs script function method routine procedure snippet tool
  utility program's module library package implementation algorithm application cli command line terminal console
  shell prompt stdin stdout stderr standard input file screen argument parameter variable javascript js node nodejs
  node.js ecmascript es6 esm mjs plain vanilla pure value number numeral integer digit amount quantity result item
  element entry thing stuff object data datum array collection string text word character char letter sentence
  phrase user person someone somebody anyone anybody everyone people part piece bit lot kind form format way manner
  style approach technique version variant case instance option mode simple simply small short little tiny nice
  nicely neat neatly clean cleanly good better best great cool handy useful quick quickly fast faster fastest
  efficient efficiently easy easily basic minimal complete full fully whole entire entirely exact exactly precise
  precisely correct correctly proper properly right new old big large huge long given certain particular specific
  arbitrary different various multiple single separate individual respective positive natural actual real possible
  necessary appropriate suitable valid ordinary normal regular usual common typical general classic classical
  famous well-known well ready available clear clearly pretty readable human friendly total overall times time step
  order row column whether together back away dont thats let's i'd i'm i've you're what's here's there's son
  daughter kid child friend boss colleague coworker team customer hand detail reason purpose fun curious wonder
  interested bored stuck manager client respectively accordingly conveniently beginning ending upcoming remaining
  rest become equal yield mind tomorrow tonight weekend moment far apart anything something everything nothing e.g.
  i.e. namely e.g wanna gonna gotta would'd separated separator comma space newline blank empty between two printed
  calculator printing printout printer logger log
`);

/** Words that leave a task what it is: they cost little or nothing, and may be values. */
export const harmlessEnglish: ReadonlySet<string> = set(qualities);
export const everydayEnglish: ReadonlySet<string> = set(everyday);

/** Words that name another language, a platform or a product: a recipe that does not know them does something else. */
export const elsewhere: ReadonlySet<string> = set(`
  c-language python py rust golang ruby perl php java kotlin swift scala haskell elixir erlang clojure lua julia fortran cobol
  matlab typescript ts tsx jsx c++ cpp c# csharp f# .net dotnet objective-c dart flutter bash powershell zsh vba
  assembly wasm webassembly sql mysql postgres postgresql sqlite mongodb mongo redis database db nosql orm prisma
  supabase firebase html css sass tailwind bootstrap react redux vue angular svelte jquery next.js nextjs nuxt
  express django flask fastapi rails spring laravel wordpress shopify web website webpage webapp homepage browser
  frontend backend fullstack dom server serverless microservice endpoint api rest restful graphql grpc
  websocket http https url app android ios iphone ipad mobile smartphone desktop electron gui ui ux button form
  login widget plugin extension chrome firefox docker dockerfile kubernetes k8s aws azure gcp cloud lambda
  terraform ansible nginx apache kafka rabbitmq linux windows macos raspberry arduino discord slack telegram
  whatsapp twitter facebook instagram youtube tiktok spotify google gmail outlook netflix amazon stripe paypal
  github gitlab jira notion excel spreadsheet xlsx docx powerpoint pdf email e-mail sms chat chatbot bot ai llm gpt
  chatgpt openai tensorflow pytorch neural pandas numpy jupyter unity unreal blockchain ethereum bitcoin crypto
  cryptocurrency nft image photo picture video audio music camera sensor gps
`);

function set(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/).map(stem));
}
