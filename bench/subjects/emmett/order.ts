import { PAYLOAD } from '../../load/payload.js';
import { EVENT_TYPE } from '../store-library/store-library.js';

export type Order = { type: typeof EVENT_TYPE; data: Record<string, unknown> };

const ORDER: Order = {
  type: EVENT_TYPE,
  data: JSON.parse(PAYLOAD) as Record<string, unknown>,
};

/** What one append writes. */
export function orders(count: number): Order[] {
  return Array.from({ length: count }, () => ORDER);
}
