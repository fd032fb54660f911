import type { Cassadra } from '../cassadra.js';
import { invalidField } from '../errors.js';
import { polled, subscribed, type ConsumedSource, type PolledSource } from './batch-source.js';
import { Consumer, type ConsumerOptions } from './consumer.js';
import { StreamCheckpoints } from './stream-checkpoints.js';

export interface ConsumeOptions extends ConsumerOptions {
  readonly store: Pick<Cassadra, 'subscribe'>;
  /** What is followed; `from` counts as long as no place is saved. */
  readonly source: ConsumedSource;
  /** Told when the connection is lost; it is resumed by itself. */
  readonly onDisconnect?: (error: Error, retryInMs: number) => void;
}

/**
 * A consumer that follows by subscription. Start it. Throws InvalidRequestError where it would
 * follow its own checkpoints: each one that it saves would be an event to read and to save.
 */
export function consume({ store, source, onDisconnect, ...options }: ConsumeOptions): Consumer {
  if (source.all === true && options.checkpoints instanceof StreamCheckpoints)
    throw invalidField('checkpoints', 'would be followed, too: keep them outside of the store');
  return new Consumer(subscribed(store, source, onDisconnect ?? (() => undefined)), options);
}

export interface PollingOptions extends ConsumerOptions, Partial<PolledSource> {
  readonly store: Pick<Cassadra, 'poll'>;
  readonly types: PolledSource['types'];
}

/** A consumer that asks for event types again and again, for where nothing may stay connected. */
export class PollingClient extends Consumer {
  constructor({ store, types, batchSize = 100, waitMs = 10_000, ...options }: PollingOptions) {
    super(polled(store, { types, batchSize, waitMs }), options);
  }
}
