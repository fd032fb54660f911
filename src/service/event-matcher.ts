import { decodeMetadata, type Metadata, type RecordedEvent } from '../core/index.js';
import type { EventTypes } from '../storage/index.js';
import type { EventFilter } from './subscription.js';
import type { TypeRegistry } from './type-registry.js';
import { WantedTypes } from './wanted-types.js';

/** Applies the filter of a subscription to events that were read. */
export class EventMatcher {
  readonly #filter: EventFilter;
  readonly #types: WantedTypes | undefined;

  constructor(filter: EventFilter, registry: TypeRegistry) {
    this.#filter = filter;
    this.#types = filter.types.length > 0 ? new WantedTypes(filter.types, registry) : undefined;
  }

  /**
   * To be called between reading and matching: a name that an event uses has had its code before.
   * Throws UNAVAILABLE.
   */
  async lookUp(eventTypes: EventTypes): Promise<void> {
    await this.#types?.lookUp(eventTypes);
  }

  matches(event: RecordedEvent): boolean {
    const { streamPrefix, metadata } = this.#filter;
    if (this.#types?.has(event.type) === false) return false;
    if (!(event.streamName ?? event.stream).startsWith(streamPrefix)) return false;
    return metadata.size === 0 || hasAll(decodeMetadata(event.metadata), metadata);
  }
}

function hasAll(found: Metadata, wanted: Metadata): boolean {
  return [...wanted].every(([key, value]) => found.get(key) === value);
}
