// Korean words in the form they are compared in, what may follow them, and the ones that say nothing about the topic of a task.
import { everydayKorean } from "./everyday.data.ts";

/**
 * Hangul as single letters with contractions undone, so that a stem is a prefix of all its forms: 바꿔 begins with 바꾸, 구해 with 구하.
 * Positions in the result are what the matcher counts in.
 */
export function letters(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[해-햏]/g, (c) => `하${String.fromCharCode("여".charCodeAt(0) + c.charCodeAt(0) - "해".charCodeAt(0))}`)
    .normalize("NFD")
    .replace(/\u116a/g, "\u1169\u1161")
    .replace(/\u116f/g, "\u116e\u1165")
    .replace(/\u1167/g, "\u1175\u1165")
    .replace(/\u116b/g, "\u116c\u1165");
}

/** All letters a stem may begin with as it is bent: 자르 is also 잘라, 모으 also 모아, 가깝 also 가까우. */
export function bent(word: string): readonly string[] {
  const stem = letters(word.length > 2 ? word.replace(/다$/, "") : word);
  const forms = [letters(word), stem];
  if (/\u1105\u1173$/.test(stem)) forms.push(`${stem.slice(0, -2)}\u11af\u1105`);
  if (/\u1173$/.test(stem)) forms.push(stem.slice(0, -1));
  if (word.length > 1 && /\u11b8$/.test(stem)) forms.push(`${stem.slice(0, -1)}\u110b\u116e`);
  return [...new Set(forms)];
}

/** What may follow a noun, a Latin word among them: particles, and what makes verbs of nouns. */
export const nounEndings: readonly string[] = list(`
  은 는 이 가 을 를 의 에 에서 에게 에게서 께 께서 로 으로 와 과 랑 이랑 하고 도 만 까지 부터 마다 씩 처럼 같이 같은 보다 대로 만큼 밖에 뿐 쯤 정도 마저 조차 이라고 라고 이라는 라는 이란
  란 이라 라 인 인지 인가 이면 이며 이고 이나 나 이든 든 든지 이든지 이지 이다 다 입니다 이에요 예요 이야 야 임 이었 였 일 하 되 시키 당하 받 들 끼리
`);

/** What may follow any word, in any order: the above, and what bends verbs. */
export const endings: readonly string[] = [
  ...nounEndings,
  ...list(`
  어 아 여 ㅓ ㅏ 고 며 면 면서 서 자 지 기 게 도록 려 려고 러 니 니까 는데 은데 ㄴ데 던 ㄴ ㄹ ㅁ 음 ㄴ다 는다 요 세요 시 십시오 시오 ㅂ시다 ㅂ니다 습니다 ㅂ니까 습니까 까 ㄹ까 을까 ㄹ래
  을래 ㄹ게 을게 나요 는지 은지 ㄴ지 ㄹ지 을지 거라 어라 아라 여라 ㅆ 았 었 겠 주 줘 줄 주세요 주십시오 달라 달라고 드 드려 봐 보 내 놓 두 버리 있 없 싶 싶어 네 군 구나 죠 요 듯 듯이 대 래
  려면 으려면 으면 으며 으니 ㄹ수록 을수록 거나 지만 는지도 때 때마다 때까지 후 전 중 짜리 히 리 할 한 함 합 줄래 좀
`),
];

/** What may follow a word of one syllable. */
export const particles: readonly string[] = list(
  "은 는 이 가 을 를 의 에 에서 로 으로 와 과 랑 이랑 도 만 까지 부터 씩 들 야 인 별 별로 마다 처럼 보다",
);

/** What may follow a word of two syllables or more, and only such a word. */
export const suffixes: readonly string[] = list("들 별 용 형 식 적 화 순 수 값 줄 표 법 기 째 님 상 내 문 쌍 성");

/** What may follow a number. */
export const counters: readonly string[] = list(`
  개 개씩 개의 번 차례 줄 행 열 항 칸 도 명 원 글자 자 자리 자릿수 가지 종류 쌍 단 층 배 배수 이하 이상 미만 초과 까지 부터 에서 씩 초 분 시간 일 월 년 년도 주 세대 살 점 장 권 대
  회 위 째 단계 정도 쯤 개월 비트 바이트 자리수 짜리
`);

/** Words that say what form the answer takes or how politely it is asked for, but nothing about the topic; verbs as stems. */
export const generalKorean: readonly string[] = list(`
  프로그램 코드 소스 소스코드 스크립트 함수 모듈 라이브러리 도구 유틸리티 툴 명령줄 커맨드라인 명령행 콘솔 터미널 화면 자바스크립트 노드 제이에스 표준 표준입력 표준출력 만들 만드 작성 구현 개발
  제작 설계 짜줘 짜 코딩 프로그래밍 생성 출력 보여 보이 표시 나타내 나타나 인쇄 프린트 알려 알리 말해 말하 설명 가르 보세 보자 보고 봐줘 구하 계산 얻어 얻은 처리 실행 돌리 돌려 동작 작동
  수행 해결 풀어 푸는 확인 판별 판단 검사 체크 점검 테스트 여부 조사 결정 뽑아 뽑는 뽑기 추출 찾아 찾는 찾기 찾고 찾을 찾은 찾아내 나오 나와 나열 열거 결과 결괏값 정답 정보 가능 필요 원하
  원해 원합 바라 바랍 부탁 도와 도움 좋겠 좋아 좋은 괜찮 감사 고마 안녕 제발 빨리 얼른 그냥 조금 한번 알고싶 입력 입력값 받아 받은 받는 읽어 읽은 읽는 읽고 넣어 넣은 넣고 넣으 주어진
  주어지 주어 주세요 주십시오 주시 주면 주고 주는 주길 사용 사용자 이용 활용 써서 써줘 쓰는 쓰여 통하 따르 따라 위하 대하 관하 의하 들어오 들어온 들어가 들어간 가지고 가진 가지 포함 지정 정하
  설정 선택 통과 만족 해당 고르 골라 숫자 정수 자연수 개수 갯수 목록 리스트 배열 집합 항목 요소 원소 데이터 자료 문자열 문자 글자 텍스트 문장 단어 낱말 문구 구절 파일 이름 내용 부분 형식
  형태 양식 모양 종류 경우 방식 방법 알고리즘 로직 규칙 기능 예제 예시 샘플 문제 과제 숙제 연습 연습문제 실습 질문 학교 학생 선생님 수업 공부 입문 초보 초보자 면접 처음 첫번째 마지막 다음
  이전 아래 사이 중에서 가운데 각각 각자 모든 모두 전부 전체 여러 얼마 얼마나 하나 하나씩 하나하나 또는 혹은 그리고 그래서 그러면 그런 그럼 그다음 그대로 그중 이런 저런 어떤 어느 어떻게 무슨
  무엇 뭔가 무언가 언제 어디 누가 이것 그것 저것 이거 그거 저거 가장 제일 매우 아주 너무 정말 진짜 항상 계속 다시 먼저 나중 이미 아직 바로 함께 같이 서로 따로 예를 만약 만일 일단 직접 자동
  자동으로 혹시 제대로 정확 정확히 올바르 올바른 맞는 맞게 맞는지 틀린 과정 절차 단계 단계별 동안 단위 기준 조건 상황 대상 자주 가끔 주로 최대한 가급적 자세히 자세하게 친절 편하 편리 열심히
  나중에 하나로 둘다 예컨대 이유 목적 재미 궁금 도전 취미 업무 고객 동료 상사 똑같 비슷 간단 단순 쉬운 쉽게 짧은 짧게 작은 빠르 빨라 효율 효율적 깔끔 깨끗 멋지 새로 새로운 기본 기본적 일반
  일반적 보통 임의 여기 저기 거기 오늘 내일 지금 이제 우리 저희 당신 사람 친구 아이 아들 회사 시간 차례 순서 줄바꿈 띄어쓰기 공백 쉼표 한줄 대신 시작 끝나 끝내 정도 없이 없는 있는 있게
  있도록 있으면 없으면 이 그 수 값 글 줄 행 열 표 답 앞 뒤 위 중 첫 각 몇 둘 다 또 더 덜 꼭 즉 예 때 데 등 및 것 거 걸 게 나 내 저 제 너 왜 뭐 안 못 좀 딸 팀 쪽 용 빈 새 큰
  끝
`);

/** Verbs and qualities that any topic may have: they cost little. */
export const lightKorean: readonly string[] = list(
  "쪼개 바꾸 바꿔 변환 변경 나누 나눠 묶어 묶는 묶기 모으 모아 합치 다른 달라",
);

/** Words that leave a task what it is: they cost hardly anything. */
export const harmlessKorean: readonly string[] = list(everydayKorean);

/** Verbs of one syllable that help others; unlike other words of one syllable they are bent in every way. */
export const auxiliaries: readonly string[] = list(
  "짜 쓰 찍 하 되 있 없 않 아니 싶 같 주 받 드리 드려 놓 두어 버리 두고",
);

/** Words that name another language, a platform or a product: a recipe that does not know them does something else. */
export const elsewhereKorean: readonly string[] = list(`
  파이썬 러스트 자바 자바로 씨언어 씨플러스플러스 고언어 고랭 코틀린 스위프트 루비 타입스크립트 리액트 뷰 뷰제이에스 앵귤러 스프링 장고 플라스크 노션 웹 웹사이트 웹페이지 웹앱 홈페이지 사이트
  페이지 브라우저 프론트엔드 백엔드 서버 서비스 엔드포인트 에이피아이 앱 어플 어플리케이션 애플리케이션 안드로이드 아이폰 모바일 데스크톱 데스크탑 버튼 화면디자인 로그인 회원가입 플러그인
  데이터베이스 디비 도커 쿠버네티스 클라우드 디스코드 슬랙 텔레그램 카카오톡 카톡 트위터 인스타그램 유튜브 구글 네이버 쇼핑몰 결제 엑셀 스프레드시트 워드 파워포인트 이메일 메일 챗봇 채팅 봇
  인공지능 딥러닝 머신러닝 신경망 블록체인 비트코인 코인 사진 이미지 동영상 영상 음악 소리 카메라 센서 크롤링 크롤러 스크래핑
`);

function list(words: string): readonly string[] {
  return [...new Set(words.trim().split(/\s+/).map(jamo))];
}

/** Letters of a word that may begin with a final consonant, such as ㄴ다, or be the vowel of a contraction, as in 바꿔. */
function jamo(word: string): string {
  const vowel = { ㅓ: "\u1165", ㅏ: "\u1161" }[word];
  if (vowel !== undefined) return vowel;
  const final = { ㄴ: "\u11ab", ㄹ: "\u11af", ㅁ: "\u11b7", ㅂ: "\u11b8", ㅆ: "\u11bb" }[word.charAt(0)];
  return final === undefined ? letters(word) : final + letters(word.slice(1));
}
