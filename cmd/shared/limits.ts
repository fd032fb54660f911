import type { Limits } from '../../src/core/index.js';
import type { BackendVariables, StoreSettings } from '../../src/runtime/index.js';
import type { QueueLimits, SubscriptionLimits } from '../../src/service/index.js';

/** What one call may ask for. */
export function limitsOf(settings: BackendVariables): Limits {
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
export function queueLimitsOf(settings: BackendVariables): QueueLimits {
  return {
    streamAppendsMax: settings.QUEUE_STREAM_APPENDS_MAX,
    processAppendsMax: settings.QUEUE_APPENDS_MAX,
    processBytesMax: settings.QUEUE_BYTES_MAX,
  };
}

/** How many may follow events, and how often they look for those of other servers. */
export function subscriptionLimitsOf(settings: StoreSettings): SubscriptionLimits {
  return {
    subscriptionsMax: settings.SUBSCRIPTIONS_MAX,
    pollMinMs: settings.FEED_POLL_MIN_MS,
    pollMaxMs: settings.FEED_POLL_MAX_MS,
  };
}
