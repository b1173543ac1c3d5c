// How people ask for the recipes about numbers, written without looking at any matcher.

import type { Phrasings } from "./phrasings.data.ts";

export const numberPhrasings: Phrasings = {
  fibonacci: {
    en: [
      "print the first 20 fibonacci numbers",
      "I need a small program that outputs the Fibonacci sequence, say fifteen terms, one per line",
      "fibonacci",
    ],
    ko: [
      "피보나치 수열을 20개까지 출력해 주세요",
      "피보나치 수 처음 스무 개를 보여주는 프로그램 만들어줘",
      "앞의 두 수를 더해서 다음 수를 만드는 피보나치 수열 10항까지 구해라",
    ],
  },
  primes: {
    en: [
      "list all primes up to 1000",
      "Could you write me something that finds the first twenty prime numbers?",
      "sieve of eratosthenes below 500",
    ],
    ko: [
      "1000 이하의 소수를 모두 구해줘",
      "소수를 작은 것부터 50개 출력하는 프로그램이 필요해요",
      "에라토스테네스의 체로 1부터 200까지 소수 찾기",
    ],
  },
  factorial: {
    en: [
      "compute 25! exactly",
      "a program to calculate the factorial of a number, it has to work for big values like 50",
      "factorial of 12 please",
    ],
    ko: ["20 팩토리얼 계산해줘", "입력한 수의 팩토리얼을 구하는 프로그램을 짜 주세요", "10의 계승을 구해서 출력해라"],
  },
  "gcd-lcm": {
    en: [
      "gcd and lcm of 84 and 126",
      "find the greatest common divisor of 1071 and 462 with Euclid's algorithm",
      "What is the least common multiple of 12, 18 and 30? Write a program that works it out.",
    ],
    ko: [
      "48과 180의 최대공약수와 최소공배수를 구해줘",
      "유클리드 호제법으로 최대공약수 구하는 프로그램",
      "두 수를 받아 최소공배수를 출력하는 프로그램을 만들어 주세요",
    ],
  },
  "prime-factors": {
    en: [
      "prime factorization of 360",
      "break the number 123456 down into its prime factors",
      "I'd like a tool that factors an integer into primes, e.g. 84 = 2 x 2 x 3 x 7",
    ],
    ko: [
      "360을 소인수분해해줘",
      "정수를 입력하면 소인수들을 출력하는 프로그램 만들어 줘",
      "9973001의 소인수를 모두 구해 주세요",
    ],
  },
  fizzbuzz: {
    en: [
      "fizzbuzz to 30",
      "Please write FizzBuzz for the numbers 1 to 100",
      "count up to fifty, but say Fizz for multiples of 3, Buzz for multiples of 5 and FizzBuzz for both",
    ],
    ko: [
      "피즈버즈 100까지",
      "1부터 30까지 FizzBuzz를 출력해줘",
      "3의 배수면 피즈, 5의 배수면 버즈, 둘 다면 피즈버즈라고 찍는 프로그램 짜줘",
    ],
  },
  collatz: {
    en: [
      "collatz sequence starting at 27",
      "show how many steps 97 takes to reach 1 in the Collatz conjecture",
      "write a 3n+1 program: halve it if even, otherwise triple it and add one, until you get to 1",
    ],
    ko: [
      "27로 시작하는 콜라츠 수열을 출력해줘",
      "콜라츠 추측에 따라 1이 될 때까지 몇 단계가 걸리는지 구하는 프로그램",
      "우박수 19부터 계산해 주세요",
    ],
  },
  "pascal-triangle": {
    en: [
      "pascal's triangle, 8 rows",
      "Draw the first ten rows of Pascal's triangle",
      "make me a program which prints a pascal triangle of a given height",
    ],
    ko: [
      "파스칼의 삼각형 10줄 출력해줘",
      "파스칼 삼각형을 다섯 줄만 그려 주세요",
      "높이를 입력받아 파스칼의 삼각형을 찍는 프로그램 만들어줘",
    ],
  },
  "multiplication-table": {
    en: [
      "print the multiplication table up to 12",
      "times tables from 1 to 9",
      "my daughter is learning to multiply, show a 10 x 10 times table neatly lined up in columns",
    ],
    ko: [
      "구구단 출력",
      "2단부터 9단까지 구구단을 보여주는 프로그램을 만들어 주세요",
      "12까지의 곱셈표를 줄 맞춰서 출력해줘",
    ],
  },
  hanoi: {
    en: [
      "solve the towers of hanoi with 4 disks",
      "tower of hanoi moves for five discs",
      "List every step needed to move 3 disks from peg A to peg C in the Tower of Hanoi puzzle",
    ],
    ko: [
      "하노이의 탑 원반 4개 옮기는 순서 알려줘",
      "하노이 탑 푸는 프로그램 (원판 3개)",
      "원반이 다섯 개인 하노이의 탑에서 이동 과정을 전부 출력해 주세요",
    ],
  },
  "roman-numerals": {
    en: [
      "convert 1994 to roman numerals",
      "what is MCMXCIV in ordinary numbers? make a roman numeral converter",
      "I want a program that goes both ways between Roman numerals and integers",
    ],
    ko: [
      "2024를 로마 숫자로 바꿔줘",
      "로마숫자 XIV를 아라비아 숫자로 변환하는 프로그램",
      "숫자를 넣으면 로마 숫자로, 로마 숫자를 넣으면 일반 숫자로 바꿔 주는 프로그램 만들어 주세요",
    ],
  },
  "number-base": {
    en: [
      "convert 255 to binary and hex",
      "hex to decimal converter",
      "Turn the binary number 101101 into decimal for me please",
    ],
    ko: [
      "255를 2진수와 16진수로 변환해줘",
      "이진수를 십진수로 바꾸는 프로그램 만들어줘",
      "10진수 42를 이진법으로 나타내 주세요",
    ],
  },
  temperature: {
    en: [
      "convert 100 fahrenheit to celsius",
      "temperature converter C to F",
      "Can you write a script that turns a list of temperatures, 0, 20 and 37.5 degrees Celsius, into Fahrenheit?",
    ],
    ko: [
      "섭씨 36.5도를 화씨로 바꿔줘",
      "화씨를 섭씨로 변환하는 프로그램이 필요합니다",
      "온도 변환기 만들어줘, 섭씨랑 화씨 둘 다 되게",
    ],
  },
};
