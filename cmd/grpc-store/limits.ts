import type { Limits } from '../../src/core/index.js';
import type { StoreSettings } from '../../src/runtime/index.js';
import type { QueueLimits } from '../../src/service/index.js';

/** What one call may ask for. */
export function limitsOf(settings: StoreSettings): Limits {
  return {
    appendEventsMax: settings.APPEND_EVENTS_MAX,
    appendBytesMax: settings.APPEND_BYTES_MAX,
    payloadBytesMax: settings.PAYLOAD_BYTES_MAX,
    metadataBytesMax: settings.METADATA_BYTES_MAX,
    streamNameBytesMax: settings.STREAM_NAME_BYTES_MAX,
    typeNameBytesMax: settings.TYPE_NAME_BYTES_MAX,
    pageEventsMax: settings.PAGE_EVENTS_MAX,
    idWindow: settings.ID_WINDOW,
  };
}

/** What may wait. */
export function queueLimitsOf(settings: StoreSettings): QueueLimits {
  return {
    streamAppendsMax: settings.QUEUE_STREAM_APPENDS_MAX,
    processAppendsMax: settings.QUEUE_APPENDS_MAX,
    processBytesMax: settings.QUEUE_BYTES_MAX,
  };
}
