import { decodeCount } from './number-fields.js';

const PAGE_SIZE = { standard: 100, max: 1_000 };

/** How many entries of a list are asked for. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodePageSize(size: number): number {
  return decodeCount('page_size', size, PAGE_SIZE);
}
