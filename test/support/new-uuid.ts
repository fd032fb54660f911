import { requireUuid, type Uuid } from '../../src/core/index.js';
import { systemIds } from '../../src/runtime/index.js';

export function newUuid(): Uuid {
  return requireUuid(systemIds.newId());
}
