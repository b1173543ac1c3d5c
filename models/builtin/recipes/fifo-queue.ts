// Recipe: a queue in which first in is first out.
import { literal, recipe } from "../recipe.ts";

const example = ["push ann", "push bob", "size", "pop", "push cho", "peek", "pop", "pop", "pop", "size"];

export const fifoQueue = recipe({
  id: "fifo-queue",
  title: "Implement a first-in first-out queue",
  match: {
    needs: [["queue", "fifo", "first in first out", "first-in first-out", "큐", "선입선출", "대기열"]],
    means: [
      "comes first|come first|came first|gets in first|goes in first|enters first + leaves first|leave first|served first|goes first|gets out first|goes out first|comes out first|exits first",

      "first in|first come|arrive first|arrived first|came first|added first|first added|first one in + first out|first served|leave first|out first|removed first|served first|first one out|comes out first",
      "먼저 들어|먼저 온|먼저 넣|먼저 추가|먼저 줄|들어온 순서|넣은 순서|온 순서 + 먼저 나가|먼저 나오|먼저 꺼내|먼저 처리|먼저 나와|대로 꺼내|대로 나오|대로 처리|꺼내|처리",
      "order they arrive|order they came|order of arrival|order they were added|order added|same order + take|remove|out|process|serve|waiting|line|queue",
    ],
    knows: (
      "stack,two,스택,waiting,structure,line,arrive,leave,enqueue,dequeue,push,pop,peek,front,back,head,tail,size,empty,data structure,class,item,element,command," +
      "first,in,out,fifo,linked list,circular,buffer,simple,basic,read,process," +
      "자료구조,구현,넣,빼,꺼내,들어오,나가,먼저,명령,클래스,연결,원형,처리"
    ).split(","),
    not: ["urgency"].concat(
      ["urgent", "important", "highest", "lowest", "importance", "급한", "급하", "중요"].concat(
        (
          "priority,heap,spotify,music,playlist,rabbitmq,kafka,redis,message,job,worker,print queue," +
          "우선순위,힙,음악,재생,메시지,카프카,레디스"
        ).split(","),
      ),
    ),
  },
  params: {},
  summary: () => "A program with a first-in first-out queue: push, pop, peek and size, each in constant time.",
  facts: [
    {
      claim: "Array.prototype.shift may move all the other elements, so a long queue on it can be slow.",
      confidence: 0.9,
    },
    { claim: "A linked list with a head and a tail pushes and pops in constant time.", confidence: 1 },
    { claim: "When the last element leaves, the tail must be cleared too, else the next push is lost.", confidence: 1 },
  ],
  criteria: [
    "Elements leave in the order in which they came.",
    "pop and peek on an empty queue print -.",
    "peek leaves the element in the queue.",
    "The queue works on after it has been empty.",
  ],
  risks: ["The queue has no upper bound."],
  code: () => String.raw`// fifo-queue: a first-in first-out queue.
// Run: node fifo-queue.mjs                      runs a built-in example
//      node fifo-queue.mjs < commands.txt       lines: push VALUE, pop, peek, size (also enqueue, dequeue, front)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(example.join("\n"))};

// A linked list: push at the tail, pop at the head, both in constant time.
class Queue {
  #head;
  #tail;
  #size = 0;

  get size() {
    return this.#size;
  }

  peek() {
    return this.#head?.value;
  }

  push(value) {
    const node = { value, next: undefined };
    if (this.#tail) this.#tail.next = node;
    else this.#head = node;
    this.#tail = node;
    this.#size++;
  }

  pop() {
    const node = this.#head;
    if (!node) return undefined;
    this.#head = node.next;
    if (!this.#head) this.#tail = undefined;
    this.#size--;
    return node.value;
  }
}

function run(text) {
  const queue = new Queue();
  const answers = [];
  for (const line of text.trim().split(/\s*\n\s*/)) {
    const [, command, value] = /^(\S+)(?: (.+))?$/.exec(line);
    if ((command === "push" || command === "enqueue") && value !== undefined) queue.push(value);
    else if (value !== undefined) throw new Error('cannot read "' + line + '"');
    else if (command === "pop" || command === "dequeue") answers.push(queue.pop() ?? "-");
    else if (command === "peek" || command === "front") answers.push(queue.peek() ?? "-");
    else if (command === "size") answers.push(queue.size);
    else throw new Error('cannot read "' + line + '", write: push VALUE, pop, peek or size');
  }
  return answers.join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? EXAMPLE : input));
} catch (error) {
  console.error("fifo-queue: " + error.message);
  process.exitCode = 1;
}
`,
  cases: () => [
    { name: "the built-in example", stdin: "", stdout: "2\nann\nbob\nbob\ncho\n-\n0\n" },
    { name: "first in is first out", stdin: "push 3\npush 1\npush 2\npop\npop\npop\n", stdout: "3\n1\n2\n" },
    {
      name: "peek takes nothing out",
      stdin: "peek\npush a\npush b\npeek\npeek\nsize\npop\npeek\n",
      stdout: "-\na\na\n2\na\nb\n",
    },
    {
      name: "it works on after it was empty",
      stdin: "push a\npop\npop\nsize\npush b\nsize\npush c\npop\npop\npop\n",
      stdout: "a\n-\n0\n1\nb\nc\n-\n",
    },
    {
      name: "the other names, and values with spaces",
      stdin: "enqueue 0\nenqueue two words\nfront\ndequeue\ndequeue\n",
      stdout: "0\n0\ntwo words\n",
    },
    {
      name: "ten thousand in order",
      stdin: long("push "),
      stdout: Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join(""),
    },
    { name: "an unknown command prints nothing", exitCode: 1, stdin: "push a\npop\njump\n", stdout: "" },
    { name: "a push without a value prints nothing", exitCode: 1, stdin: "push a\npop\npush\n", stdout: "" },
  ],
});

/** All pushes, then all pops. */
function long(push: string): string {
  return Array.from({ length: 10_000 }, (_, i) => `${push}${i}\n`).join("") + "pop\n".repeat(10_000);
}
