import { requireRange } from '../core/index.js';

/** A part of a list. `after`: `next` of the page before. */
export interface PageRequest {
  readonly after: string | undefined;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** A page is held in memory. */
const LIMIT = { min: 1, max: 1_000 };

/** Throws INVALID_ARGUMENT. */
export function requirePage({ limit }: Pick<PageRequest, 'limit'>): void {
  requireRange('limit', limit, LIMIT);
}
