import type { CallVerdict } from './circuit-breaker.js';
import type { DispatchResult } from './dispatcher.js';

/** What a call says about its destination. */
export function verdictOf(result: DispatchResult): CallVerdict {
  if (result.kind === 'failed') return 'failed';
  if (result.kind === 'again') return 'ok';
  if (result.kind !== 'answered') return 'none';
  return result.status >= 500 || result.status === 429 ? 'failed' : 'ok';
}
