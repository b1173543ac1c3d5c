// Gives the numbers of a task to a recipe's list and integer parameters.
import { assigned, type Single } from "./integers.ts";
import type { Param } from "./recipe.ts";
import { type Group, isArity, isCount, isLowerBound, isRule } from "./values.ts";
import type { Piece } from "./words.ts";

export interface NumbersGiven {
  /** Values by the name of their parameter. */
  readonly values: Readonly<Record<string, number | readonly number[]>>;
  /** What no parameter takes. */
  readonly left: readonly string[];
  /** Another way to say something: "from 1 to 100" is "up to 100", "20 primes" are the "first 20". */
  readonly implies: "up to" | "first" | "table of" | undefined;
}

type Entry = readonly [name: string, param: Param];

/** What a recipe's words say of the numbers in a task. */
export interface Topic {
  /** Numbers that its words explain, such as the "three" of FizzBuzz: values only where no other number is. */
  readonly own: readonly number[];
  /** The pieces that name the topic. */
  readonly named: ReadonlySet<number>;
}

export function numbersGiven(
  params: readonly Entry[],
  groups: readonly Group[],
  task: readonly Piece[],
  { own, named }: Topic,
): NumbersGiven {
  // "2 to 9" gives its first number to a parameter of this name, and nothing else does.
  const start = params.find(([name, { kind }]) => kind === "integer" && name === "from");
  // "10 x 10" gives its side to a parameter of this name, and "7, from 1 to 12" its end to "times".
  const [size, times] = ["size", "times"].map((own) => params.find(([name]) => name === own));
  const integers = params.filter((entry) => entry[1].kind === "integer" && ![start, size, times].includes(entry));
  const [list] = params.filter(([, { kind }]) => kind === "integers" || kind === "numbers");
  const all = groups
    .flatMap((group) => (list && !isEachNamed(group, integers, task) ? [group] : alone(group)))
    .map((group) => ({
      group,
      role: roleOf(group, task, named, integers.length, {
        list: list !== undefined,
        start: start !== undefined,
        size: size !== undefined,
      }),
    }))
    .filter(({ group }) => !countsOther(group, groups, task));
  const square = all.find(({ role }) => role === "side");
  const width = all.find(
    ({ role, group: { kind, numbers } }) => role === "end" && kind === "range" && numbers[0] === 1,
  );
  const isTimes = times !== undefined && width !== undefined && all.some(({ role }) => role === "single");
  const sorted = isTimes ? all.filter((one) => one !== width) : all;
  const singles = sorted.flatMap(({ group, role }) => singlesOf(group, role, own));
  if (singles.every(({ faint }) => faint)) singles.push(...spare(own, groups, task));
  const { taken, left } = assigned(integers, singles, task);
  const spans = sorted.filter(({ group, role }) => role === "end" && group.kind === "range");
  const listed = sorted.flatMap(({ group, role }) => (role === "list" ? group.numbers : []));
  return {
    values: {
      ...Object.fromEntries([...taken].map(([name, { value }]) => [name, value])),
      ...(start && spans.length > 0 ? { [start[0]]: Math.max(1, spans[0]?.group.numbers[0] ?? 1) } : {}),
      ...(size && square ? { [size[0]]: square.group.numbers[0] ?? 0 } : {}),
      ...(isTimes ? { [times[0]]: width.group.numbers[1] ?? 0 } : {}),
      ...(list && listed.length > 0 ? { [list[0]]: listed } : {}),
    },
    left: [
      ...sorted.flatMap(({ group, role }) =>
        role === "left" || (role === "side" && group !== square?.group) ? [group.text] : [],
      ),
      ...left.map(({ value }) => String(value)),
    ],
    implies: isTimes
      ? "table of"
      : impliedBy(
          sorted.map(({ role }) => role),
          [...taken.values()].some(({ at }) => named.has(at + 1)),
        ),
  };
}

function impliedBy(roles: readonly Role[], counts: boolean): NumbersGiven["implies"] {
  if (roles.includes("end")) return "up to";
  return counts ? "first" : undefined;
}

/** What becomes of a group: its single number, the end of its range, its numbers one by one, a list, nothing, or no place for it. */
type Role = "single" | "side" | "faint" | "end" | "each" | "list" | "none" | "left";

function roleOf(
  { kind, numbers, first }: Group,
  task: readonly Piece[],
  named: ReadonlySet<number>,
  integers: number,
  takes: { readonly list: boolean; readonly start: boolean; readonly size: boolean },
): Role {
  const [low = 0] = numbers;
  if (kind === "range" && takes.start) return "end";
  if (kind === "size" && takes.size) return new Set(numbers).size === 1 ? "side" : "left";
  if (kind === "size") return new Set(numbers).size === 1 && integers === 1 ? "single" : "none";
  if (kind === "range" && !takes.list && integers === 1 && (low === 0 || low === 1)) return "end";
  if (kind === "range" && takes.list && task[first - 1]?.text.toLowerCase() !== "between") return "left";
  // "two fibonacci numbers" are wanted; "two numbers" may be what the topic is about.
  const few = kind === "one" && (low === 1 || low === 2) && isArity(task, first);
  const isCounted = integers > 0 && named.has(first + 1) && task[first]?.text.toLowerCase() !== "one";
  if (few && !isCounted) return "faint";
  if (kind === "one" && isLowerBound(task, first)) return "left";
  if (kind === "one" && integers > 0) return "single";
  if (takes.list && !(kind === "one" && isCount(task, first))) return "list";
  return integers > 1 && kind !== "json" ? "each" : "left";
}

function singlesOf({ numbers, first, last }: Group, role: Role, own: readonly number[]): readonly Single[] {
  const [low = 0, high = low] = numbers;
  if (role === "faint") return [{ value: low, at: first, faint: true }];
  if (role === "end") return [{ value: high, at: last, faint: false }];
  if (role === "single") return own.includes(first) ? [] : [{ value: low, at: first, faint: false }];
  return role === "each" ? numbers.map((value, i) => ({ value, at: i === 0 ? first : last, faint: false })) : [];
}

/** Numbers the recipe's words explain, when no other stands in the task: the 5 of "fizzbuzz up to 5". */
function spare(own: readonly number[], groups: readonly Group[], task: readonly Piece[]): readonly Single[] {
  const places = own.filter((i) => !isRule(task, i) && groups.some(({ kind, first }) => kind === "one" && first === i));
  return places.map((at) => ({ value: Number(task[at]?.value), at, faint: places.length > 1 || isArity(task, at) }));
}

/** Whether a number says how many values follow, as in "the three numbers 12, 20 and 28". */
function countsOther(
  { kind, numbers: [value], first }: Group,
  groups: readonly Group[],
  task: readonly Piece[],
): boolean {
  return (
    kind === "one" &&
    isCount(task, first) &&
    groups.some(({ numbers }) => numbers.length > 1 && numbers.length === value)
  );
}

/** Whether the numbers of a list have each a parameter's name beside them, as in "capacity 10 and 2 per second". */
function isEachNamed(group: Group, integers: readonly Entry[], task: readonly Piece[]): boolean {
  if (group.kind !== "list" || group.numbers.length > integers.length) return false;
  const singles = alone(group).map(({ numbers: [value = 0], first }) => ({ value, at: first, faint: false }));
  return assigned(integers, singles, task).named === singles.length;
}

/** The numbers of a list one by one, for a recipe that takes no list. */
function alone(group: Group): readonly Group[] {
  if (group.kind !== "list") return [group];
  return group.numbers.map((number, i) => {
    const at = i === 0 ? group.first : group.last;
    return { kind: "one", numbers: [number], text: String(number), first: at, last: at };
  });
}
