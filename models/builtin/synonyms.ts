// Other ways to say what a recipe's choices say; a recipe lists one and is found by all.

const families: readonly (readonly string[])[] = [
  [
    ...[
      "ascending",
      "smallest to largest",
      "small to large",
      "low to high",
      "lowest to highest",
      "smallest first",
      "lowest first",
    ],
    ...[
      "smallest to biggest",
      "오름차순",
      "작은 것부터",
      "작은 수부터",
      "작은 숫자부터",
      "작은 값부터",
      "작은 순",
      "낮은 순",
      "작은 것부터 큰 것 순",
      "작은 것부터 큰 것",
      "작은 수부터 큰 수",
      "작은 것에서 큰 것",
    ],
  ],
  [
    ...[
      "descending",
      "largest to smallest",
      "large to small",
      "high to low",
      "highest to lowest",
      "largest first",
      "highest first",
    ],
    ...[
      "biggest first",
      "biggest to smallest",
      "내림차순",
      "큰 것부터",
      "큰 수부터",
      "큰 숫자부터",
      "큰 값부터",
      "큰 순",
      "높은 순",
      "큰 것부터 작은 것 순",
      "큰 것부터 작은 것",
      "큰 수부터 작은 수",
    ],
  ],
  ["up to", "at most", "no more than", "not exceeding", "not above", "이하"],
  ["below", "less than", "smaller than", "미만", "보다 작은", "보다 적은"],
];

/** All that means the same as one of a choice's phrases. */
export function synonyms(phrases: readonly string[]): readonly string[] {
  const more = families.filter((family) => family.some((phrase) => phrases.includes(phrase))).flat();
  return [...new Set([...phrases, ...more])];
}
