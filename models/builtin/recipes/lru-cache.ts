// Recipe: a cache that drops what was not used for the longest time.
import { literal, recipe } from "../recipe.ts";

export const lruCache = recipe({
  id: "lru-cache",
  title: "Implement an LRU cache with get and put",
  match: {
    needs: [
      ["lru", "least recently used", "가장 오래"],
      ["cache", "lru", "캐시"],
    ],
    means: [
      "used longest ago|least recently used|not been used|unused longest|used the longest ago|untouched longest + throw|evict|drop|discard|remove|forget|kick",
      "cache|캐시 + used|use|touched|accessed|사용|쓰인|접근 + longest|long|oldest|least|오래|오랫 + forget|evict|drop|remove|throw|discard|버리|지우|제거",

      "cache|캐시 + least recent|least recently|not used|unused|longest time|longest ago|가장 오래|오랫동안|최근에 사용하지|사용하지 않|쓰지 않|안 쓴|안쓴|사용되지 않 + evict|remove|drop|throw|discard|delete|kick|full|limit|forget|버리|버려|제거|삭제|쫓아|내보내|지우|지워|비우|빼|꽉",
      "lru|엘알유 + implement|class|simulate|capacity|size|구현|클래스|용량|크기",
    ],
    knows: (
      "적게,최근에,사용된,사용되,fixed size,fixed,store,key-value,throw,longest,ago,full,out,capacity,size,evict,eviction,entry,item,key,value,get,put,set,map,recent,recently,least,use,limit,hold," +
      "drop,class,data structure,simulate,o(1)," +
      "용량,크기,항목,버리,제거,키,값,최근,사용,오래,자료구조,클래스"
    ).split(","),
    not: "redis,memcached,http,browser,cdn,database,distributed,레디스,브라우저,데이터베이스".split(","),
  },
  params: {
    capacity: { kind: "integer", default: 3, min: 1, max: 1000, says: "entries it holds" },
  },
  summary: ({ capacity }) =>
    `A program with an LRU cache that holds ${capacity} ${capacity === 1 ? "entry" : "entries"}.`,
  facts: [
    {
      claim:
        "A JavaScript Map iterates in the order of insertion, so deleting and setting again moves a key to the end.",
      confidence: 1,
    },
    { claim: "get counts as a use, and so does put on a key that is there.", confidence: 1 },
    {
      claim: "With a Map, or a hash table and a doubly linked list, get and put take constant time on average.",
      confidence: 0.95,
    },
    {
      claim: "Testing the value for truth instead of the key's presence loses values such as 0 and the empty text.",
      confidence: 1,
    },
  ],
  criteria: [
    "Never holds more entries than its capacity.",
    "Drops the entry that was not used for the longest time.",
    "get and put on a present key both count as use; put on it drops nothing.",
    "get on a missing key prints -.",
  ],
  risks: ["A scan over many keys once pushes out all useful entries."],
  code: ({ capacity }) => String.raw`// lru-cache: a cache that drops the entry not used for the longest time.
// Run: node lru-cache.mjs                       runs a built-in example
//      node lru-cache.mjs < commands.txt        first line: capacity 2; then lines: put KEY VALUE, get KEY
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

class LruCache {
  #entries = new Map(); // in the order of use, the oldest first
  #capacity;

  constructor(capacity) {
    this.#capacity = capacity;
  }

  get(key) {
    if (!this.#entries.has(key)) return undefined;
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  put(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value);
  }
}

// Fills the cache, uses the first key, puts one more and asks for three.
function example(capacity) {
  const puts = Array.from({ length: capacity }, (_, i) => "put k" + (i + 1) + " " + (i + 1));
  const extra = "k" + (capacity + 1);
  return ["capacity " + capacity, ...puts, "get k1", "put " + extra + " new", "get k2", "get k1", "get " + extra].join(
    "\n",
  );
}

function run(text) {
  const [first, ...commands] = text.trim().split(/\s*\n\s*/);
  const capacity = Number(/^capacity (\d+)$/.exec(first)?.[1] ?? 0);
  if (capacity < 1) throw new Error("the first line must be such as: capacity 2");
  const cache = new LruCache(capacity);
  const answers = [];
  for (const command of commands) {
    const [, put, value, get] = /^(?:put (\S+) (.+)|get (\S+))$/.exec(command) ?? [];
    if (put !== undefined) cache.put(put, value);
    else if (get !== undefined) answers.push(cache.get(get) ?? "-");
    else throw new Error('cannot read "' + command + '", write: put KEY VALUE or get KEY');
  }
  return answers.join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? example(${literal(capacity)}) : input));
} catch (error) {
  console.error("lru-cache: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ capacity }) => [
    {
      name: "the given capacity",
      stdin: "",
      // k2 is the oldest when the extra key comes; with room for one entry there is no k2 but the extra key itself.
      stdout: capacity === 1 ? "1\nnew\n-\nnew\n" : "1\n-\n1\nnew\n",
    },
    {
      name: "a get saves an entry from being dropped",
      stdin: "capacity 2\nput a 1\nput b 2\nget a\nput c 3\nget b\nget a\nget c\nput d 4\nget a\nget c\nget d\n",
      stdout: "1\n-\n1\n3\n-\n3\n4\n",
    },
    {
      name: "a put on a present key counts as use and drops nothing",
      stdin: "capacity 2\nput a 1\nput b 2\nput a 10\nget b\nput a 11\nput c 3\nget b\nget a\nget c\n",
      stdout: "2\n-\n11\n3\n",
    },
    {
      name: "room for one entry, zero and values with spaces",
      stdin: "capacity 1\nget a\nput a 0\nget a\nput b two words\nget a\nget b\n",
      stdout: "-\n0\n-\ntwo words\n",
    },
    {
      name: "names that objects have already",
      stdin: "capacity 2\nget constructor\nput __proto__ x\nget __proto__\n",
      stdout: "-\nx\n",
    },
    { name: "no capacity prints nothing", exitCode: 1, stdin: "put a 1\nget a\n", stdout: "" },
    {
      name: "an unknown command prints nothing",
      exitCode: 1,
      stdin: "capacity 2\nput a 1\nget a\ndrop a\n",
      stdout: "",
    },
  ],
});
