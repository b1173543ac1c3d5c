// Machine: tokens that failures take and successes give back; while half are gone, nothing is retried (gRFC A6, "Throttling").

/** In thousandths, so that a ratio of three decimals adds up exactly. */
export interface Bucket {
  readonly milliTokens: number;
  readonly maxMilliTokens: number;
  readonly milliRatio: number;
}

export function fullBucket(maxTokens: number, tokenRatio: number): Bucket {
  const maxMilliTokens = Math.round(maxTokens * 1000);
  // A6: decimals beyond the third are ignored.
  return { milliTokens: maxMilliTokens, maxMilliTokens, milliRatio: Math.floor(tokenRatio * 1000 + 1e-6) };
}

/** More than half must be left. */
export const admits = ({ milliTokens, maxMilliTokens }: Bucket): boolean => milliTokens > maxMilliTokens / 2;

export function afterSuccess(bucket: Bucket): Bucket {
  const { milliTokens, maxMilliTokens, milliRatio } = bucket;
  // A full one is the same one: success costs nothing.
  if (milliTokens === maxMilliTokens) return bucket;
  return { ...bucket, milliTokens: Math.min(maxMilliTokens, milliTokens + milliRatio) };
}

export function afterFailure(bucket: Bucket): Bucket {
  return { ...bucket, milliTokens: Math.max(0, bucket.milliTokens - 1000) };
}
