// How people ask for the recipes about words, lines and expressions, written without looking at any matcher.

import type { Phrasings } from "./phrasings.data.ts";

export const textPhrasings: Phrasings = {
  "sort-lines": {
    en: [
      "sort these names alphabetically: Mina, Alex, Zoe, Ben",
      "read lines from stdin and print them in alphabetical order",
      "I have a list of words, one per line, and want them ordered from A to Z",
    ],
    ko: [
      "이름 목록을 가나다순으로 정렬해줘",
      "입력받은 줄들을 알파벳순으로 정렬해서 출력하는 프로그램",
      "단어 사과, 바나나, 감, 포도를 사전순으로 나열해 주세요",
    ],
  },
  "word-count": {
    en: [
      "count how often each word occurs in a text",
      "word frequency counter",
      'Which words are used most in "the cat and the dog and the bird"? Print every word with its number of occurrences.',
    ],
    ko: [
      "글에서 단어별 빈도를 세어줘",
      "각 단어가 몇 번 나오는지 세는 프로그램 만들어 주세요",
      "텍스트에 가장 많이 나온 단어부터 등장 횟수를 출력해라",
    ],
  },
  "text-stats": {
    en: [
      "text statistics: number of lines, words and characters",
      "something like wc that also tells me the longest word",
      "Write a program which reads a text and reports how many lines, words and characters it has",
    ],
    ko: [
      "텍스트의 줄 수, 단어 수, 글자 수를 세어줘",
      "글을 읽고 글자 수와 가장 긴 단어를 알려주는 프로그램",
      "문서 통계(줄, 단어, 문자 개수)를 출력해 주세요",
    ],
  },
  palindrome: {
    en: [
      'check whether "A man, a plan, a canal: Panama" is a palindrome',
      "palindrome checker",
      "I need to know for each line if it reads the same forwards and backwards, ignoring case and punctuation",
    ],
    ko: [
      "회문인지 검사하는 프로그램 만들어줘",
      '"다시 합창합시다"가 회문인지 확인해 주세요',
      "거꾸로 읽어도 똑같은 단어(팰린드롬)인지 판별해라",
    ],
  },
  anagrams: {
    en: [
      "group anagrams: listen, silent, enlist, google, elgoog",
      "find the words in a list that are anagrams of each other",
      "Given some words, put together those made of exactly the same letters",
    ],
    ko: [
      "애너그램끼리 묶어줘",
      "단어 목록에서 아나그램을 찾아 그룹으로 나누는 프로그램",
      "listen, silent, tea, eat 중에서 철자 순서만 다른 단어들을 묶어서 출력해 주세요",
    ],
  },
  "caesar-cipher": {
    en: [
      'encrypt "Hello World" with a caesar cipher, shift 3',
      "rot13 encoder",
      "Please build a little Caesar shift program that can encode and decode messages",
    ],
    ko: [
      "시저 암호로 문장을 암호화해줘",
      "카이사르 암호 프로그램, 3칸씩 밀어서",
      '"attack at dawn"을 시저 암호(키 5)로 바꿔 주세요',
    ],
  },
  "run-length-encoding": {
    en: [
      "run-length encode AAABBBCCD",
      "RLE compression and decompression of a string",
      'I want to squeeze repeated letters, so "aaaabbc" becomes "4a2b1c" (run length encoding)',
    ],
    ko: [
      "런 길이 부호화로 문자열을 압축해줘",
      "AAABBC를 3A2B1C로 바꾸는 런렝스 인코딩 프로그램 만들어줘",
      "같은 글자가 연속되면 글자와 개수로 줄여 쓰는 RLE 압축을 구현해 주세요",
    ],
  },
  levenshtein: {
    en: [
      "levenshtein distance between kitten and sitting",
      "edit distance of two words",
      "How many insertions, deletions and substitutions does it take to turn Saturday into Sunday?",
    ],
    ko: [
      "두 단어의 편집 거리를 계산해줘",
      "kitten과 sitting의 레벤슈타인 거리를 구하는 프로그램",
      "한 단어를 다른 단어로 바꾸려면 몇 글자를 삽입, 삭제, 교체해야 하는지 최소 편집 거리를 구해 주세요",
    ],
  },
  "text-diff": {
    en: [
      "diff two texts line by line",
      "show which lines were added and removed between an old and a new version of a text",
      "I'd like a simple line diff program, with plus and minus signs in front of the changed lines",
    ],
    ko: [
      "두 텍스트를 줄 단위로 비교해서 차이를 보여줘",
      "이전 글과 새 글에서 추가된 줄과 삭제된 줄을 +, -로 표시하는 프로그램",
      "텍스트 두 개의 diff를 출력해 주세요",
    ],
  },
  "balanced-brackets": {
    en: [
      "check if the brackets in {[()]} are balanced",
      "balanced parentheses checker",
      "tell me whether every opening bracket in the input has its matching closing one",
    ],
    ko: [
      "괄호 짝이 맞는지 검사해줘",
      "올바른 괄호 문자열인지 판별하는 프로그램을 만들어 주세요",
      "{[()]} 처럼 여는 괄호와 닫는 괄호가 균형이 맞는지 확인하기",
    ],
  },
  tokenizer: {
    en: [
      "tokenize the expression 3 + 4 * (x - 1)",
      "write a lexer for a small programming language",
      "I need a tokenizer that splits source code like let a = 10; into numbers, identifiers and operators",
    ],
    ko: [
      "수식을 토큰으로 나누는 프로그램 만들어줘",
      "간단한 어휘 분석기(렉서)를 작성해 주세요",
      "a = 3 + b * 2 를 토큰화해서 종류별로 출력해라",
    ],
  },
  calculator: {
    en: [
      "evaluate (1 + 2) * 3 - 4 / 2",
      "Make a command line calculator that understands plus, minus, times, divide and parentheses",
      "calculator with operator precedence",
    ],
    ko: [
      "계산기 만들어줘",
      "(3 + 5) * 2 - 7 을 계산하는 프로그램",
      "사칙연산과 괄호가 있는 수식을 입력받아 결과를 계산해 주세요",
    ],
  },
};
