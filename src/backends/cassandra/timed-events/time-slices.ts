/** A partition of notices covers so much of `position`: few partitions, none of them huge. */
export const BUCKET_MS = 600_000;
/** A partition of the lane covers so much of `written`. */
export const SLOT_MS = 10_000;
export const DAY_MS = 86_400_000;

export const bucketOf = (positionMs: number): number => Math.floor(positionMs / BUCKET_MS);
export const slotOf = (writtenMs: number): number => Math.floor(writtenMs / SLOT_MS);
export const dayOf = (dueMs: number): number => Math.floor(dueMs / DAY_MS);
