/*
 * Opens data directories one after the other, reads everything, and prints a line for each: what
 * was right, what was refused, and what was wrong. Arguments: data directory that is sound, and the
 * others.
 */
import { AppError } from '../../src/core/index.js';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { silentLogger, systemComponents } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';
import { formatReading, type Reading } from './damage-reading.js';
import { readFeed } from './verify.js';
import { ownStreams, SHARED_STREAMS, TYPES } from './workload.js';

const STREAMS = [...ownStreams('a'), ...SHARED_STREAMS];

/** Everything that can be read, by what it is. */
function readsOf({ eventLog, streams }: Backend): Map<string, () => Promise<unknown>> {
  const reads = new Map<string, () => Promise<unknown>>();
  for (const { id, name } of STREAMS) {
    for (const direction of ['forward', 'backward'] as const) {
      reads.set(`${name} ${direction}`, async () => {
        const query = { stream: id, fromVersion: undefined, limit: undefined, direction } as const;
        const events = [];
        for await (const chunk of eventLog.readStream(query)) events.push(...chunk);
        return events;
      });
    }
    reads.set(`${name} version`, () => eventLog.currentVersion(id));
  }
  for (const type of TYPES) reads.set(`type ${type}`, () => readFeed(eventLog, [type], 'event'));
  reads.set('all', () => readFeed(eventLog, undefined, 'event'));
  reads.set('names', () => streams.listStreams({ prefix: '', after: '', limit: 1_000 }));
  reads.set('walk', () => streams.walkStreams({ after: '', limit: 1_000 }));
  return reads;
}

async function answersOf(dataDir: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  let backend: Backend;
  try {
    backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  } catch (error) {
    return answers.set('open', errorText(error));
  }
  for (const [name, read] of readsOf(backend)) {
    answers.set(name, await read().then((found) => JSON.stringify(found), errorText));
  }
  await backend.close();
  return answers;
}

function errorText(error: unknown): string {
  return error instanceof AppError ? `refused: ${error.code}` : `error: ${String(error)}`;
}

function compare(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Reading {
  const reading: Reading = { right: 0, refused: 0, errors: [], wrong: [] };
  for (const [name, answer] of found) {
    if (answer.startsWith('refused: ')) reading.refused += 1;
    else if (answer.startsWith('error: ')) reading.errors.push(`${name} ${answer}`);
    else if (answer === expected.get(name)) reading.right += 1;
    else reading.wrong.push(name);
  }
  return reading;
}

const [sound = '', ...damaged] = process.argv.slice(2);
const expected = await answersOf(sound);
for (const folder of damaged) {
  process.stdout.write(formatReading(compare(expected, await answersOf(folder))));
}
