import { setImmediate as turn } from 'node:timers/promises';
import type { RecordedEvent, SubscriptionCursor } from '../../src/core/index.js';
import type { SubscriptionMessage } from '../../src/service/index.js';

/** Lets everything run on to where it waits for time, storage or callers. */
export async function settled(): Promise<void> {
  await turn();
  await turn();
}

export function textOf({ content }: RecordedEvent): string {
  return content.kind === 'text' ? content.text : '';
}

/** A subscriber that takes messages, all of them or one at a time, and keeps them. */
export class Follower {
  readonly messages: SubscriptionMessage[] = [];
  error: unknown;
  ended = false;
  readonly #iterator: AsyncIterator<SubscriptionMessage>;
  #taking = true;

  constructor(messages: AsyncIterable<SubscriptionMessage>) {
    this.#iterator = messages[Symbol.asyncIterator]();
  }

  /** The next message; undefined at the end. */
  async take(): Promise<SubscriptionMessage | undefined> {
    try {
      const result = await this.#iterator.next();
      this.ended = result.done === true;
      if (result.done === true) return undefined;
      this.messages.push(result.value);
      return result.value;
    } catch (error) {
      this.ended = true;
      this.error = error;
      return undefined;
    }
  }

  /** Takes whatever comes until the end. */
  async takeAll(): Promise<void> {
    while (this.#taking && (await this.take()) !== undefined);
  }

  async stop(): Promise<void> {
    this.#taking = false;
    await this.#iterator.return?.();
  }

  get events(): readonly RecordedEvent[] {
    return this.messages.flatMap((message) => (message.kind === 'events' ? message.events : []));
  }

  get texts(): readonly string[] {
    return this.events.map(textOf);
  }

  /** `events` with the texts, others by their kind; a star where there is no cursor. */
  get story(): readonly string[] {
    return this.messages.map((message) => {
      if (message.kind !== 'events') return message.kind;
      return message.events.map(textOf).join(' ') + (message.cursor === undefined ? ' *' : '');
    });
  }

  /** The last that was told. */
  get cursor(): SubscriptionCursor | undefined {
    return this.messages.findLast((message) => message.cursor !== undefined)?.cursor;
  }
}
