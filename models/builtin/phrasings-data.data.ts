// How people ask for the recipes about lists, tables and dates, written without looking at any matcher.

import type { Phrasings } from "./phrasings.data.ts";

export const dataPhrasings: Phrasings = {
  "sort-numbers": {
    en: [
      "sort 5, 3, 9, 1, 7 in ascending order",
      "a program that takes a list of numbers and orders them from largest to smallest",
      "put these numbers in order please: 42 -7 3.5 0 18",
    ],
    ko: [
      "숫자 5, 2, 9, 1을 오름차순으로 정렬해줘",
      "입력한 숫자들을 큰 수부터 내림차순으로 정렬하는 프로그램",
      "정수 목록을 작은 것부터 순서대로 출력해 주세요",
    ],
  },
  "binary-search": {
    en: [
      "binary search for 23 in 2 5 8 12 16 23 38",
      "find the position of a value in a sorted list by halving the range each time",
      "Implement binary search over a sorted array of integers",
    ],
    ko: [
      "정렬된 배열에서 이진 탐색으로 23을 찾아줘",
      "이분 탐색 프로그램 짜줘",
      "1, 3, 5, 7, 9, 11 에서 7의 위치를 이진 검색으로 구해 주세요",
    ],
  },
  "merge-intervals": {
    en: [
      "merge overlapping intervals 1-3, 2-6, 8-10, 15-18",
      "combine ranges that overlap into one",
      "I have meeting times as start and end numbers and need the overlapping intervals joined together",
    ],
    ko: [
      "겹치는 구간을 합쳐줘",
      "구간 [1,3], [2,6], [8,10]을 병합하는 프로그램",
      "시작과 끝으로 된 구간들 중 서로 겹치는 것을 하나로 묶어서 출력해 주세요",
    ],
  },
  luhn: {
    en: [
      "is 4539 1488 0343 6467 a valid card number? use luhn",
      "credit card number checker",
      "Write a validator for card numbers with the Luhn checksum",
    ],
    ko: [
      "카드 번호가 유효한지 룬 알고리즘으로 검사해줘",
      "신용카드 번호 검증 프로그램 만들어 주세요",
      "4539148803436467이 Luhn 체크섬을 통과하는지 확인해라",
    ],
  },
  "csv-to-json": {
    en: [
      "convert csv to json",
      "Read a CSV with a header row from stdin and output an array of JSON objects",
      "i need a little script turning comma separated values into json, quoted fields included",
    ],
    ko: [
      "CSV를 JSON으로 변환해줘",
      "쉼표로 구분된 CSV 데이터를 읽어서 JSON 배열로 출력하는 프로그램",
      "csv 파일 내용을 제이슨으로 바꿔 주세요",
    ],
  },
  "json-to-csv": {
    en: [
      "json to csv",
      "turn an array of JSON objects into a CSV table with a header line",
      "Could you make a converter that takes JSON records and writes them out as comma-separated values?",
    ],
    ko: [
      "JSON을 CSV로 바꿔줘",
      "JSON 객체 배열을 입력받아 CSV로 내보내는 프로그램을 만들어 주세요",
      "제이슨 데이터를 헤더가 있는 csv 형식으로 변환하기",
    ],
  },
  "csv-group-sum": {
    en: [
      "sum the amount column of a csv per category",
      "From a CSV of sales, give me the total for each region",
      "group csv rows by department and add up the salary column",
    ],
    ko: [
      "CSV에서 카테고리별 금액 합계를 구해줘",
      "매출 csv를 지역별로 묶어서 합산하는 프로그램",
      "csv의 amount 열을 그룹별로 더해서 출력해 주세요",
    ],
  },
  "json-format": {
    en: [
      "pretty print json with sorted keys",
      "format this messy JSON nicely, two spaces of indentation and keys in alphabetical order",
      "json beautifier",
    ],
    ko: [
      "JSON을 보기 좋게 정리해줘",
      "제이슨을 들여쓰기하고 키를 정렬해서 출력하는 프로그램",
      "한 줄짜리 JSON을 예쁘게 포맷해 주세요, 키는 가나다순으로",
    ],
  },
  "days-between": {
    en: [
      "how many days between 2024-01-15 and 2024-12-25",
      "number of days from March 1, 2023 until July 4, 2023",
      "A program that takes two dates and prints the difference in days",
    ],
    ko: [
      "2024-01-01부터 2024-12-25까지 며칠인지 계산해줘",
      "두 날짜 사이의 일수를 구하는 프로그램 만들어줘",
      "2023년 3월 1일과 2025년 5월 5일은 며칠 차이인지 알려 주세요",
    ],
  },
  weekday: {
    en: [
      "what day of the week was 1969-07-20",
      "print the weekday for a given date",
      "I was born on 29 February 1988. Was that a Monday or what? Write something that tells the day of the week.",
    ],
    ko: [
      "2025-10-03이 무슨 요일인지 알려줘",
      "날짜를 입력하면 요일을 출력하는 프로그램",
      "1988년 9월 17일은 무슨 요일이었는지 구해 주세요",
    ],
  },
  "month-calendar": {
    en: [
      "print the calendar for february 2024",
      "like the unix cal command: show a month as a grid of weeks",
      "Please make a program that displays a calendar of one month, e.g. 2025-11",
    ],
    ko: [
      "2024년 2월 달력 출력해줘",
      "이번 달 달력을 텍스트로 보여주는 프로그램 만들어줘",
      "연도와 월을 입력받아 그 달의 달력을 그려 주세요",
    ],
  },
};
