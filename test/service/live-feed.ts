import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoregrpcClient } from '../../src/client/index.js';

/** A poller that asks without pause would take the processor away from the writers. */
const POLL_INTERVAL_MS = 10;

export interface LiveFeed {
  readonly type: number;
  readonly writers: number;
  readonly events: number;
  readonly batchSize: number;
}

/** What a poller saw beside writers. */
export interface FeedResult {
  readonly written: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Appends of 1 to 9 events to streams of its own, as fast as they are acknowledged. */
async function write(
  client: StoregrpcClient,
  feed: LiveFeed,
  writer: number,
): Promise<readonly string[]> {
  const share = Math.ceil(feed.events / feed.writers);
  const written: string[] = [];
  let id = randomUUID();
  let version = 0;
  for (let turn = 0; written.length < share; turn += 1) {
    const count = Math.min(1 + ((turn * 7 + writer) % 9), share - written.length);
    const payloads = Array.from({ length: count }, (_, index) => `${writer}/${turn}/${index}`);
    const events = payloads.map((payload) => ({ type: feed.type, payload }));
    await client.update({ id, version, events });
    written.push(...payloads);
    version += count;
    if (version > 200) {
      id = randomUUID();
      version = 0;
    }
  }
  return written;
}

/** Reads pages with `since = latest` while writers write, and then until nothing comes. */
export async function readBesideWriters(
  clients: readonly StoregrpcClient[],
  reader: StoregrpcClient,
  feed: LiveFeed,
): Promise<FeedResult> {
  const seen = new Map<string, number>();
  let writing = true;
  const poll = async (): Promise<void> => {
    for (let sinceMs = 0; ; ) {
      const wasWriting = writing;
      const page = await reader.findByType({ ...feed, sinceMs });
      for (const { payload } of page.events) seen.set(payload, (seen.get(payload) ?? 0) + 1);
      if (page.events.length > 0) sinceMs = page.latestMs;
      else if (!wasWriting) return;
      else await pause(POLL_INTERVAL_MS);
    }
  };
  const writers = Array.from({ length: feed.writers }, (_, writer) => {
    const client = clients[writer % clients.length];
    if (client === undefined) throw new TypeError('no client');
    return write(client, feed, writer);
  });
  const polling = poll();
  const written = (await Promise.all(writers)).flat();
  writing = false;
  await polling;
  return {
    written: written.length,
    lost: written.filter((payload) => !seen.has(payload)),
    doubled: [...seen].filter(([, times]) => times > 1).map(([payload]) => payload),
  };
}
