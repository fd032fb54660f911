import { invalidField, requireWithin } from '../../core/index.js';

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;

/** How many entries of a list are asked for. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodePageSize(size: number): number {
  if (size < 0) throw invalidField('page_size', 'must not be negative');
  requireWithin('page_size', size, PAGE_SIZE_MAX);
  return size === 0 ? PAGE_SIZE_DEFAULT : size;
}
