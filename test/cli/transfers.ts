import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { connect } from '../../src/client/index.js';
import { startStore } from '../e2e/program.js';
import { embeddedStorage, temporaryFolder, type StorageUnderTest } from '../e2e/storages.js';
import { Cli, objectsIn, type CliRun } from './cli.js';

/** 100,000 in the long form of the tests. */
export const EVENTS = process.env['CASSADRA_TEST_LONG'] === '1' ? 100_000 : 10_000;
const STREAM_EVENTS = 40;
const LONG_STREAM_EVENTS = 2_500;
const APPEND_EVENTS = 500;

export interface Filled {
  readonly cli: Cli;
  readonly port: number;
  readonly path: string;
}

/** An embedded store with streams of all kinds, and a place for its export. */
export async function filledStore(context: TestContext): Promise<Filled> {
  const { port } = await startStore(context, await embeddedStorage.prepare(context));
  const store = connect(`127.0.0.1:${port}`);
  context.after(() => store.close());
  await store.declareType('Declared', 17);
  const pipeline = store.appendMany();
  const work: Promise<unknown>[] = [];
  let left = EVENTS;
  for (let index = 0; left > 0; index += 1) {
    const count = Math.min(left, index === 0 ? LONG_STREAM_EVENTS : STREAM_EVENTS);
    const name = index % 3 === 0 ? uuidOf(index) : `straße/${index}`;
    for (let done = 0; done < count; done += APPEND_EVENTS) {
      const part = Math.min(APPEND_EVENTS, count - done);
      const events = Array.from({ length: part }, (_, at) => newEvent(index, done + at));
      await pipeline.ready();
      work.push(pipeline.append(name, events));
    }
    left -= count;
  }
  await Promise.all(work);
  await pipeline.close();
  const path = join(await temporaryFolder(context), 'events.jsonl');
  return { cli: Cli.of(context, port), port, path };
}

function uuidOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

const TYPES = ['Declared', 'Named', 23, 'Ünïcode'] as const;

function newEvent(stream: number, index: number) {
  const type = TYPES[(stream + index) % TYPES.length] ?? 'Named';
  const metadata = index % 2 === 0 ? { correlationId: `${stream}`, ü: '' } : {};
  const binary = index % 5 === 0;
  const content = binary
    ? { bytes: Buffer.from([stream % 256, index % 256, 0, 255]) }
    : { json: `{"n": 1${stream}00000000000000000${index}, "s":"\\u00fc"}` };
  return { type, metadata, ...content };
}

/** What must be the same in both: everything but savetimes, codes of names, and the order. */
export function comparable(text: string): string[] {
  return objectsIn(text)
    .filter((line) => line['streamId'] !== undefined)
    .map(({ savetimeMs, typeCode, ...event }) => {
      assert.equal(typeof savetimeMs, 'number');
      const kept = event['type'] === undefined || event['type'] === 'Declared' ? typeCode : '';
      return JSON.stringify({ ...event, kept });
    })
    .sort();
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Kills a run once something is so, and says whether it was still under way. */
export async function killWhen(run: CliRun, isSo: () => Promise<boolean>): Promise<boolean> {
  while (run.child.exitCode === null && !(await isSo())) await pause(2);
  run.child.kill('SIGKILL');
  await run.result();
  return run.child.signalCode === 'SIGKILL';
}

/** Export, killed in the middle and resumed; import, killed in the middle and run again. */
export async function exerciseTransfer(
  context: TestContext,
  target: StorageUnderTest,
): Promise<Filled> {
  const { cli, path } = await filledStore(context);
  const whole = await cli.output(['export', '-']);
  const { length: lines } = comparable(whole);
  assert.equal(lines, EVENTS);

  const begun = cli.start(['export', path]);
  const half = Buffer.byteLength(whole) / 3;
  assert.ok(await killWhen(begun, async () => (await sizeOf(path)) > half), 'killed in the middle');
  const torn = await sizeOf(path);
  await cli.output(['export', path, '--resume']);
  assert.deepEqual(comparable(await readFile(path, 'utf8')), comparable(whole));
  assert.match(await cli.output(['export', path, '--resume']), /was finished already/);

  const other = await startStore(context, await target.prepare(context));
  const otherCli = Cli.of(context, other.port);
  const probe = connect(`127.0.0.1:${other.port}`);
  context.after(() => probe.close());
  const importing = otherCli.start(['import', path]);
  const some = async (): Promise<boolean> => {
    for await (const _ of probe.listStreams()) return true;
    return false;
  };
  assert.ok(await killWhen(importing, some), 'killed in the middle');
  const [second] = objectsIn(await otherCli.output(['import', path, '--json']));
  assert.equal(Number(second?.['appended']) + Number(second?.['present']), EVENTS);
  assert.ok(Number(second?.['present']) > 0, 'the first run had written some');
  const [third] = objectsIn(await otherCli.output(['import', path, '--json']));
  assert.deepEqual(third, { appended: 0, present: EVENTS, refused: 0, complete: true });
  assert.deepEqual(comparable(await otherCli.output(['export', '-'])), comparable(whole));
  context.diagnostic(`${EVENTS} events; export killed at ${torn} bytes of ${whole.length}`);
  context.diagnostic(`second import found ${String(second?.['present'])} there`);
  return { cli: otherCli, port: other.port, path };
}
