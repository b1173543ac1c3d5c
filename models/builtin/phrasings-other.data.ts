// Tasks that no recipe covers, many of them sharing words with one, and tasks that fit several recipes equally.

/** No recipe does what these ask. */
export const uncovered: readonly string[] = [
  // English, sharing words with a recipe
  "build a Fibonacci retracement trading bot",
  "sort my photos by the faces in them",
  "write a chat app in Rust",
  "CSV upload page with React and login",
  "sync my calendar with Google Calendar",
  "make a prime video watchlist scraper",
  "queue music on Spotify",
  "debounce the search box in my React app",
  "rate limit my nginx server",
  "a fan website for The Matrix movies",
  "train a neural network tokenizer on Korean Wikipedia",
  "diff two docker images",
  "book a hotel in Hanoi for three nights",
  "plot the temperature in Seoul over the last 30 days from a weather API",
  "binary search tree visualizer with drag and drop in the browser",
  "Put a Redis LRU cache in front of our Postgres database",
  "find the shortest path to becoming a data scientist",
  "a mortgage calculator iPhone app in Swift",
  "hex color picker for my website",
  "translate this JSON file of UI texts into French",
  "accept credit card payments with Stripe",
  "convert a word document to PDF",
  // English, far from every recipe
  "set up a Kubernetes cluster with monitoring",
  "What's the weather like tomorrow?",
  "design a logo for my bakery",
  "a multiplayer snake game with websockets",
  "summarize the latest news about electric cars",
  "fix the memory leak in my Django project",
  // Korean, sharing words with a recipe
  "피보나치 되돌림으로 비트코인 자동매매 봇 만들어줘",
  "로마 여행 일정을 짜줘",
  "구글 캘린더 달력이랑 일정 동기화해 주세요",
  "최단 경로를 알려주는 자동차 내비게이션 앱을 만들어줘",
  "엑셀 파일을 CSV로 업로드하는 로그인 페이지를 리액트로 만들어 주세요",
  "영화 매트릭스 행렬 장면 패러디 영상 만들어줘",
  "암호 화폐 지갑 앱 개발해줘",
  "체온을 재서 온도를 알려주는 아두이노 회로를 설계해 주세요",
  // Korean, far from every recipe
  "쇼핑몰 홈페이지 만들어줘",
  "오늘 저녁 메뉴 추천해줘",
  "이 사진의 배경을 지워 주세요",
  "카카오톡 챗봇을 만들어서 배포해줘",
];

/** Two or more recipes fit these about equally. */
export const ambiguous: readonly string[] = [
  "do something with this CSV",
  "sort it",
  "convert a number",
  "work with a matrix",
  "implement a queue or something like that, I don't mind which kind",
  "tell me something about a date",
  "단어를 세거나 정렬하거나 아무거나 해줘",
  "JSON 처리하는 프로그램 만들어줘",
];
