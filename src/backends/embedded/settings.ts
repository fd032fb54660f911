import { DEFAULT_LIMITS, type WriteLimits } from '../../core/index.js';

export interface EmbeddedSettings {
  /** Folder of the data; made when missing. Not on a network file system. */
  readonly dataDir: string;
  readonly writeLimits: WriteLimits;
}

/** The defaults for a folder. */
export function embeddedSettings(dataDir: string): EmbeddedSettings {
  return {
    dataDir,
    writeLimits: {
      eventsMax: DEFAULT_LIMITS.appendEventsMax,
      bytesMax: DEFAULT_LIMITS.appendBytesMax,
      idWindow: DEFAULT_LIMITS.idWindow,
    },
  };
}
