// All recipes, in the order they are listed to users.
import type { Recipe } from "../recipe.ts";
import { anagrams } from "./anagrams.ts";
import { balancedBrackets } from "./balanced-brackets.ts";
import { binarySearch } from "./binary-search.ts";
import { caesarCipher } from "./caesar-cipher.ts";
import { calculator } from "./calculator.ts";
import { collatz } from "./collatz.ts";
import { csvGroupSum } from "./csv-group-sum.ts";
import { csvToJson } from "./csv-to-json.ts";
import { daysBetween } from "./days-between.ts";
import { debounce } from "./debounce.ts";
import { factorial } from "./factorial.ts";
import { fibonacci } from "./fibonacci.ts";
import { fifoQueue } from "./fifo-queue.ts";
import { fizzbuzz } from "./fizzbuzz.ts";
import { gameOfLife } from "./game-of-life.ts";
import { gcdLcm } from "./gcd-lcm.ts";
import { hanoi } from "./hanoi.ts";
import { jsonFormat } from "./json-format.ts";
import { jsonToCsv } from "./json-to-csv.ts";
import { levenshtein } from "./levenshtein.ts";
import { lruCache } from "./lru-cache.ts";
import { luhn } from "./luhn.ts";
import { matrixMultiply } from "./matrix-multiply.ts";
import { matrixTranspose } from "./matrix-transpose.ts";
import { mergeIntervals } from "./merge-intervals.ts";
import { monthCalendar } from "./month-calendar.ts";
import { multiplicationTable } from "./multiplication-table.ts";
import { numberBase } from "./number-base.ts";
import { palindrome } from "./palindrome.ts";
import { pascalTriangle } from "./pascal-triangle.ts";
import { primeFactors } from "./prime-factors.ts";
import { primes } from "./primes.ts";
import { priorityQueue } from "./priority-queue.ts";
import { rateLimiter } from "./rate-limiter.ts";
import { romanNumerals } from "./roman-numerals.ts";
import { runLengthEncoding } from "./run-length-encoding.ts";
import { shortestPath } from "./shortest-path.ts";
import { sortLines } from "./sort-lines.ts";
import { sortNumbers } from "./sort-numbers.ts";
import { temperature } from "./temperature.ts";
import { textDiff } from "./text-diff.ts";
import { textStats } from "./text-stats.ts";
import { tokenizer } from "./tokenizer.ts";
import { topologicalSort } from "./topological-sort.ts";
import { weekday } from "./weekday.ts";
import { wordCount } from "./word-count.ts";

export const recipes: readonly Recipe[] = [
  fibonacci,
  primes,
  factorial,
  gcdLcm,
  primeFactors,
  fizzbuzz,
  collatz,
  pascalTriangle,
  multiplicationTable,
  hanoi,
  sortNumbers,
  sortLines,
  binarySearch,
  mergeIntervals,
  wordCount,
  textStats,
  palindrome,
  anagrams,
  caesarCipher,
  runLengthEncoding,
  levenshtein,
  romanNumerals,
  numberBase,
  temperature,
  luhn,
  csvToJson,
  jsonToCsv,
  csvGroupSum,
  jsonFormat,
  daysBetween,
  weekday,
  monthCalendar,
  matrixMultiply,
  matrixTranspose,
  lruCache,
  debounce,
  fifoQueue,
  priorityQueue,
  balancedBrackets,
  tokenizer,
  calculator,
  shortestPath,
  topologicalSort,
  textDiff,
  rateLimiter,
  gameOfLife,
];
