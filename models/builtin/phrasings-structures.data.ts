// How people ask for the recipes about matrices, queues, graphs and timing, written without looking at any matcher.

import type { Phrasings } from "./phrasings.data.ts";

export const structurePhrasings: Phrasings = {
  "matrix-multiply": {
    en: [
      "multiply two matrices",
      "product of the matrices [[1,2],[3,4]] and [[5,6],[7,8]]",
      "I need a small program that reads two matrices and does matrix multiplication, with an error if the sizes don't fit",
    ],
    ko: ["두 행렬을 곱해줘", "행렬 곱셈 프로그램을 만들어 주세요", "2x3 행렬과 3x2 행렬의 곱을 구해서 출력해라"],
  },
  "matrix-transpose": {
    en: [
      "transpose a matrix",
      "swap the rows and columns of the matrix [[1,2,3],[4,5,6]]",
      "Write a program that prints the transpose of a 3 by 4 matrix read from stdin",
    ],
    ko: [
      "전치 행렬을 구해줘",
      "행렬의 행과 열을 서로 바꿔서 출력하는 프로그램",
      "[[1,2,3],[4,5,6]] 행렬을 전치해 주세요",
    ],
  },
  "lru-cache": {
    en: [
      "implement an LRU cache with capacity 3",
      "a cache with get and put that evicts the least recently used entry",
      "lru cache in javascript",
    ],
    ko: [
      "LRU 캐시 구현해줘",
      "용량이 3인 캐시에서 가장 오래 안 쓴 항목을 버리는 LRU 프로그램을 만들어 주세요",
      "엘알유 캐시, get이랑 put 되는 걸로 짜줘",
    ],
  },
  debounce: {
    en: [
      "write a debounce function and simulate it on events at 0, 50, 120 and 400 ms",
      "debounce simulator, 200ms wait",
      "Given timestamps of events, show which calls actually fire when they are debounced by 100 milliseconds",
    ],
    ko: [
      "디바운스 함수를 만들어줘",
      "이벤트가 0, 100, 150, 600ms에 발생할 때 200ms 디바운스하면 언제 실행되는지 시뮬레이션해 주세요",
      "debounce 동작을 시간순 이벤트로 보여주는 프로그램",
    ],
  },
  "fifo-queue": {
    en: [
      "implement a queue with enqueue and dequeue",
      "fifo queue",
      "Make a first-in first-out queue that reads push and pop commands and prints what comes out",
    ],
    ko: [
      "큐 자료구조 구현해줘",
      "먼저 들어온 것이 먼저 나가는 선입선출 큐 프로그램을 작성해 주세요",
      "enqueue와 dequeue 명령을 처리하는 FIFO 큐 만들어줘",
    ],
  },
  "priority-queue": {
    en: [
      "priority queue with a binary heap",
      "I want tasks to come out by priority, most urgent first, so please implement a priority queue",
      "min-heap with push and pop-min",
    ],
    ko: [
      "우선순위 큐를 구현해줘",
      "힙으로 우선순위가 높은 작업부터 꺼내는 프로그램",
      "최소 힙을 이용한 우선순위 큐를 만들어 주세요",
    ],
  },
  "shortest-path": {
    en: [
      "shortest path from A to E with dijkstra",
      "find the cheapest route between two nodes of a weighted graph",
      "Write Dijkstra's algorithm: edges come in as from, to, weight, and I want the distance and the path",
    ],
    ko: [
      "다익스트라 알고리즘으로 최단 경로 구해줘",
      "가중치 그래프에서 A에서 D까지 가는 최단 거리를 출력하는 프로그램",
      "두 정점 사이의 가장 짧은 경로와 비용을 찾아 주세요",
    ],
  },
  "topological-sort": {
    en: [
      "topological sort of a dependency graph",
      "order these tasks so that every task comes after the ones it depends on, and report cycles",
      "in which order do I have to build packages with dependencies? do a topo sort",
    ],
    ko: [
      "위상 정렬 프로그램 만들어줘",
      "작업들의 의존 관계를 읽어서 실행 순서를 정해 주세요",
      "선수 과목 관계가 주어질 때 위상정렬로 수강 순서를 출력해라",
    ],
  },
  "rate-limiter": {
    en: [
      "token bucket rate limiter",
      "simulate a rate limiter that allows 5 requests per second with a burst of ten",
      "I'd like to see which requests are allowed or rejected by a token bucket with capacity 3, given their times",
    ],
    ko: [
      "토큰 버킷 방식의 속도 제한기를 시뮬레이션해줘",
      "초당 요청 5개까지만 허용하는 레이트 리미터 만들어 주세요",
      "요청 시각 목록을 받아 토큰 버킷으로 허용인지 거절인지 출력하는 프로그램",
    ],
  },
  "game-of-life": {
    en: [
      "conway's game of life, 10 generations",
      "simulate the Game of Life on a small grid starting with a glider",
      "Please write a cellular automaton where live cells survive with two or three neighbours, Conway's Life that is",
    ],
    ko: [
      "콘웨이의 생명 게임 만들어줘",
      "라이프 게임을 5세대까지 시뮬레이션해 주세요",
      "글라이더로 시작하는 생명 게임 10세대를 출력하는 프로그램",
    ],
  },
};
