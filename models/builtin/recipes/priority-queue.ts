// Recipe: a queue that gives the most urgent item first.
import { literal, recipe } from "../recipe.ts";

export const priorityQueue = recipe({
  id: "priority-queue",
  title: "Implement a priority queue with a binary heap",
  match: {
    needs: [["priority queue", "heap", "min-heap", "priority", "우선순위", "힙"]],
    means: [
      "queue|list|큐|목록 + urgent|important|priority|급한|중요한|우선순위 + first|most|highest|먼저|가장|제일",

      "queue|큐|대기열|list|목록|structure|자료구조 + most important|most urgent|highest priority|lowest priority|smallest|largest|high priority|급한|중요한|우선순위|높은 + first|먼저|부터 + out|take|pop|come|serve|remove|process|handle|꺼내|나오|처리|뽑",
      "most important|most urgent|highest priority|가장 급한|가장 중요한|제일 급한|제일 중요한|중요도가 높은|급한 + first|먼저|부터 + take|come|out|process|handle|pop|serve|꺼내|처리|나오",
    ],
    knows: (
      "add task,add item,add job,add with,pull,pull out,patient,hospital,triage,환자,emergency,highest,lowest,high,low,important,job,중요,가장," +
      "binary,min,max,queue,push,pop,peek,insert,extract,enqueue,dequeue,task,item,urgent,first,small,minimum," +
      "data structure,class,element,command,order,come,out," +
      "큐,자료구조,구현,최소,이진,넣,빼,꺼내,작업,급하,먼저,높,낮,항목,클래스,이용"
    ).split(","),
    not: ["memory heap", "heap dump", "rabbitmq", "kafka", "jira", "ticket", "kubernetes", "todo app", "할 일"],
  },
  params: {
    priorities: { kind: "integers", default: [5, 3, 8, 1, 9, 2], max: 100, says: "priorities to push" },
  },
  summary: ({ priorities }) =>
    `A program that pushes ${priorities.join(", ")} into a priority queue and takes them out, smallest first.`,
  facts: [
    {
      claim:
        "In a binary min-heap every parent is at most its children; node i of an array has children 2i+1 and 2i+2.",
      confidence: 1,
    },
    { claim: "push and pop take O(log n), peek takes O(1).", confidence: 1 },
    {
      claim: "A heap is not stable by itself: equal priorities keep their order only when a counter breaks ties.",
      confidence: 1,
    },
    { claim: "Comparing priorities as text puts 10 before 9.", confidence: 1 },
  ],
  criteria: [
    "pop gives the item with the smallest priority.",
    "Items of equal priority leave in the order in which they came.",
    "pop and peek on an empty queue print -.",
    "Priorities may be negative or decimal.",
  ],
  risks: ["Items with a large number may wait for ever while smaller ones keep coming."],
  code: ({ priorities }) => String.raw`// priority-queue: gives the smallest first, and equal ones as they came.
// Run: node priority-queue.mjs                      runs the built-in priorities
//      node priority-queue.mjs < commands.txt       lines: push PRIORITY [NAME], pop, peek, size
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal([...priorities.map((priority) => `push ${priority}`), ...priorities.map(() => "pop")].join("\n"))};

// A binary heap in an array: the children of node i are 2i+1 and 2i+2, and no child comes before its parent.
class PriorityQueue {
  #heap = [];
  #pushed = 0;

  get size() {
    return this.#heap.length;
  }

  peek() {
    return this.#heap[0]?.item;
  }

  push(priority, item) {
    this.#heap.push({ priority, order: this.#pushed++, item });
    let i = this.#heap.length - 1;
    while (i > 0 && this.#before(i, (i - 1) >> 1)) {
      this.#swap(i, (i - 1) >> 1);
      i = (i - 1) >> 1;
    }
  }

  pop() {
    const item = this.peek();
    const last = this.#heap.pop();
    if (this.#heap.length === 0) return item;
    this.#heap[0] = last;
    for (let i = 0; ; ) {
      let first = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < this.size && this.#before(child, first)) first = child;
      if (first === i) return item;
      this.#swap(i, first);
      i = first;
    }
  }

  #before(i, j) {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    return a.priority < b.priority || (a.priority === b.priority && a.order < b.order);
  }

  #swap(i, j) {
    [this.#heap[i], this.#heap[j]] = [this.#heap[j], this.#heap[i]];
  }
}

function run(text) {
  const queue = new PriorityQueue();
  const answers = [];
  for (const line of text.trim().split(/\s*\n\s*/)) {
    const push = /^push (([+-]?\d+(?:\.\d+)?)(?: .+)?)$/.exec(line);
    if (push) queue.push(Number(push[2]), push[1]);
    else if (line === "pop") answers.push(queue.pop() ?? "-");
    else if (line === "peek") answers.push(queue.peek() ?? "-");
    else if (line === "size") answers.push(queue.size);
    else throw new Error('cannot read "' + line + '", write: push PRIORITY NAME, pop, peek or size');
  }
  return answers.join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(run(input.trim() === "" ? EXAMPLE : input));
} catch (error) {
  console.error("priority-queue: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ priorities }) => [
    { name: "the given priorities", stdin: "", stdout: [...priorities].sort((a, b) => a - b).join("\n") },
    {
      name: "pushes and pops mixed",
      stdin: "push 5 write\npush 1 fix\npop\npush 3 test\npush 0 stop\npeek\npop\npop\nsize\npop\npop\nsize\n",
      stdout: "1 fix\n0 stop\n0 stop\n3 test\n1\n5 write\n-\n0\n",
    },
    {
      name: "equal priorities in the order they came",
      stdin: `push 2 z\npush 1 c\npush 1 a\npush 1 e\npush 1 b\npush 1 d\n${"pop\n".repeat(6)}`,
      stdout: "1 c\n1 a\n1 e\n1 b\n1 d\n2 z\n",
    },
    {
      name: "numbers, not text",
      stdin: `push 10\npush 9\npush -1\npush 0.5\npush -10\npush 100\n${"pop\n".repeat(7)}`,
      stdout: "-10\n-1\n0.5\n9\n10\n100\n-\n",
    },
    {
      name: "five hundred in a scattered order",
      stdin: Array.from({ length: 500 }, (_, i) => `push ${(i * 337) % 500}\n`).join("") + "pop\n".repeat(500),
      stdout: Array.from({ length: 500 }, (_, i) => `${i}\n`).join(""),
    },
    { name: "a push without a number prints nothing", exitCode: 1, stdin: "push 1\npop\npush high\n", stdout: "" },
  ],
});
