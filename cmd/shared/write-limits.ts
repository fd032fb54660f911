import type { WriteLimits } from '../../src/core/index.js';
import type { BackendVariables } from '../../src/runtime/index.js';

/** What one write of a backend may hold. */
export function writeLimitsOf(settings: BackendVariables): WriteLimits {
  return {
    eventsMax: settings.APPEND_EVENTS_MAX,
    bytesMax: settings.APPEND_BYTES_MAX,
    idWindow: settings.ID_WINDOW,
  };
}
