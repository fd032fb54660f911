import {
  SubscribeFrom,
  type EventFilter as WireFilter,
  type SubscribeRequest,
} from '../gen/cassadra/v1/event_store.js';
import { invalidField } from './errors.js';
import { requireText, requireTexts } from './require-text.js';

/** What is followed: one of the three. */
export interface SubscribeSource {
  /** A stream, which need not exist yet. */
  readonly stream?: string;
  /** Names and codes of types, up to 100; they need not be used yet. */
  readonly types?: readonly (string | number)[];
  /** All events. NOT_SUPPORTED by a storage that does not order all events. */
  readonly all?: true;
}

/** What is left out: events that miss any of these. */
export interface EventFilter {
  /** Names and codes of types, up to 100. */
  readonly types?: readonly (string | number)[];
  /** How the stream's name begins (its UUID in lower case when it has none). */
  readonly streamPrefix?: string;
  /** Metadata that an event must have, with equal values. Up to 20. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface SubscribeOptions extends SubscribeSource {
  /** Goes on after what was handled. */
  readonly cursor?: string | undefined;
  /** Where to begin when there is no cursor: `start` when not given. */
  readonly from?: 'start' | 'now';
  readonly filter?: EventFilter;
  /**
   * Sends what its server has just appended at once, before the feed has got there. Such events
   * have no cursor. When the connection is lost they may come again, though not the last 10,000.
   */
  readonly eager?: boolean;
  /** Ends it, as `close()` does. */
  readonly signal?: AbortSignal;
  /** Told when the connection is lost; it is resumed by itself. */
  readonly onDisconnect?: (error: Error, retryInMs: number) => void;
}

/** The request without a place. Throws InvalidRequestError naming the field. */
export function encodeSubscribe(options: SubscribeOptions): SubscribeRequest {
  const { stream = '', types = [], all = false, filter = {}, eager = false, cursor = '' } = options;
  requireOneSource(options);
  requireText(stream, 'stream');
  return {
    stream,
    ...splitTypes(types, 'types'),
    all,
    cursor,
    from: encodeFrom(options),
    filter: encodeFilter(filter),
    eager,
  };
}

function encodeFrom({ from, cursor = '' }: SubscribeOptions): SubscribeFrom {
  // the server takes one of the two
  if (cursor !== '') return SubscribeFrom.SUBSCRIBE_FROM_UNSPECIFIED;
  return from === 'now' ? SubscribeFrom.SUBSCRIBE_FROM_NOW : SubscribeFrom.SUBSCRIBE_FROM_START;
}

function requireOneSource({ stream, types, all }: SubscribeSource): void {
  const sources = [stream, types, all].filter((source) => source !== undefined);
  if (sources.length !== 1) throw invalidField('source', 'is not one of stream, types and all');
  if (stream === '') throw invalidField('stream', 'is empty');
  if (types?.length === 0) throw invalidField('types', 'is empty');
}

function encodeFilter({ types = [], streamPrefix = '', metadata = {} }: EventFilter): WireFilter {
  requireText(streamPrefix, 'filter.streamPrefix');
  requireTexts(metadata, 'filter.metadata');
  return { ...splitTypes(types, 'filter.types'), streamPrefix, metadata: { ...metadata } };
}

/** Names and codes apart, as the wire has them. Throws InvalidRequestError naming the field. */
export function splitTypes(
  refs: readonly (string | number)[],
  field: string,
): { types: string[]; typeCodes: number[] } {
  const types: string[] = [];
  const typeCodes: number[] = [];
  for (const [index, ref] of refs.entries()) {
    if (typeof ref === 'number') {
      if ((ref | 0) !== ref) throw invalidField(`${field}[${index}]`, 'is not a 32-bit integer');
      typeCodes.push(ref);
    } else {
      requireText(ref, `${field}[${index}]`);
      types.push(ref);
    }
  }
  return { types, typeCodes };
}
