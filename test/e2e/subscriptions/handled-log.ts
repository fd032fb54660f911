import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** An event as a reader has handled it. */
export interface HandledEvent {
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
}

const LIFE = 'life';
const CURSOR = 'cursor';

/**
 * What a reader has handled, one line for each event, life by life. A line that the crash has cut
 * is as if it had never been; of a log of batches that is so for a whole batch.
 */
export class HandledLog {
  readonly #file: number;
  /** The cursor of the last whole batch. */
  readonly cursor: string | undefined;

  constructor(path: string, { batches }: { readonly batches: boolean }) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const whole = batches ? untilLastBatch(text) : text.slice(0, text.lastIndexOf('\n') + 1);
    this.cursor = cursorsOf(whole).at(-1);
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, Buffer.byteLength(whole));
    writeSync(this.#file, `${LIFE}\n`);
  }

  /** In one write, with the cursor after them if there is one. */
  add(events: readonly HandledEvent[], cursor?: string): void {
    const lines = events.map(({ eventId, stream, version }) => `${eventId} ${stream} ${version}\n`);
    if (cursor !== undefined) lines.push(`${CURSOR} ${cursor}\n`);
    writeSync(this.#file, lines.join(''));
  }

  close(): void {
    closeSync(this.#file);
  }
}

function untilLastBatch(text: string): string {
  const [whole = ''] = /^[^]*^(?:life|cursor .*)\n/m.exec(text) ?? [];
  return whole;
}

function cursorsOf(text: string): string[] {
  return [...text.matchAll(/^cursor (.*)$/gm)].map(([, cursor = '']) => cursor);
}

/** What was handled in each life of a reader. */
export function livesOf(path: string): HandledEvent[][] {
  const lives: HandledEvent[][] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [eventId = '', stream = '', version] = line.split(' ');
    if (eventId === LIFE) lives.push([]);
    else if (version !== undefined)
      lives.at(-1)?.push({ eventId, stream, version: Number(version) });
  }
  return lives;
}
