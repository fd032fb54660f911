import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { Program, startStore, type ProgramStart } from './program.js';
import { temporaryFolder, type StorageUnderTest } from './storages.js';

const DEMO_EVENTS = { admitted: 3, transferred: 2, discharged: 1 };
const DEMO_TOTAL = 6;

const EVENT_LINE = /^\d{4}-\d\d-\d\dT.* type \d /;

async function runDemo(context: TestContext, port: number): Promise<string> {
  const demo = new Program(context, 'test-client', {
    STORE_PORT: String(port),
    CALL_TIMEOUT_MS: '10000',
  });
  const { code } = await demo.exit();
  assert.equal(code, 0, demo.output);
  return demo.output;
}

/** The lines in which the polling client prints events. */
function printedEvents(program: Program): string[] {
  return program.output.split('\n').filter((line) => EVENT_LINE.test(line));
}

function printsEvents(program: Program, count: number): Promise<unknown> {
  return program.waitForLines(EVENT_LINE, count);
}

/** Server, polling client and test client as processes, on one storage. */
export function exercisePrograms(storage: StorageUnderTest, server: ProgramStart = {}): void {
  describe(`programs on ${storage.name}`, () => {
    test('the patient demo tells its story and ends with 0', async (t) => {
      const { port, program } = await startStore(t, await storage.prepare(t), server);
      const output = await runDemo(t, port);
      const { admitted, transferred, discharged } = DEMO_EVENTS;
      const counts = `admitted ${admitted}, transferred ${transferred}, discharged ${discharged}`;
      assert.ok(output.includes(counts), output);
      assert.match(output, /Ann rebuilt from 3 events: not in the hospital/);
      assert.match(output, /optimistic locking failed \(current version 3\)/);
      assert.deepEqual(await program.stop('SIGTERM'), { code: 0, signal: null });
    });

    test('the polling client goes on from its checkpoint and survives a restart', async (t) => {
      const env = await storage.prepare(t);
      const first = await startStore(t, env, server);
      const polling = {
        STORE_PORT: String(first.port),
        EVENT_TYPES: '1,2,3',
        CHECKPOINT_FILE: join(await temporaryFolder(t), 'checkpoint.json'),
        POLL_INTERVAL_MS: '50',
        POLL_BACKOFF_MAX_MS: '500',
      };
      const poller = new Program(t, 'polling-client', polling);
      await poller.waitFor(/^Polling /m);
      await runDemo(t, first.port);
      await printsEvents(poller, DEMO_TOTAL);
      assert.deepEqual(await poller.stop('SIGTERM'), { code: 0, signal: null });

      await runDemo(t, first.port);
      const again = new Program(t, 'polling-client', polling);
      await printsEvents(again, DEMO_TOTAL);

      await first.program.stop('SIGKILL');
      await again.waitFor(/a step failed and is tried again/);
      const second = await startStore(t, { ...env, PORT: String(first.port) }, server);
      await runDemo(t, second.port);
      await printsEvents(again, 2 * DEMO_TOTAL);
      assert.deepEqual(await again.stop('SIGINT'), { code: 0, signal: null });
      assert.equal(printedEvents(poller).length, DEMO_TOTAL);
      assert.equal(printedEvents(again).length, 2 * DEMO_TOTAL, 'none was printed twice');
      assert.deepEqual(await second.program.stop('SIGTERM'), { code: 0, signal: null });
    });
  });
}
