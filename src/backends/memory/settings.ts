import { DEFAULT_LIMITS, type WriteLimits } from '../../core/index.js';

export interface MemorySettings {
  readonly writeLimits: WriteLimits;
}

export const DEFAULT_MEMORY_SETTINGS: MemorySettings = {
  writeLimits: {
    eventsMax: DEFAULT_LIMITS.appendEventsMax,
    bytesMax: DEFAULT_LIMITS.appendBytesMax,
    idWindow: DEFAULT_LIMITS.idWindow,
  },
};
