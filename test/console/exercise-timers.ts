import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StorageUnderTest } from '../e2e/storages.js';
import { Receiver } from '../e2e/timed-events/receiver.js';
import { skipChromium } from './chromium.js';
import { openConsole } from './opened-console.js';

const HOUR_MS = 3_600_000;
const at = (ms: number): Date => new Date(Date.now() + ms);

/** What the console shows of timers and schedules, and does to them. */
export function exerciseTimers(storage: StorageUnderTest): void {
  describe(`timers in the console on ${storage.name}`, { skip: skipChromium }, () => {
    test('timers by status; one with its attempts; cancel, reschedule, fire now', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      const receiver = await Receiver.start(t);
      const application = 'shop';
      const http = { url: receiver.url('/ok'), json: JSON.stringify({ hello: 'world' }) };
      for (const eventId of ['cancelled', 'moved', 'fired']) {
        await store.timers.schedule({ application, eventId, due: at(HOUR_MS), http });
      }
      const failing = { url: receiver.url('/answers/500,500,400'), json: '{}' };
      const retry = { attempts: 3, firstDelayMs: 50 };
      await store.timers.schedule({
        application,
        eventId: 'failing',
        due: at(0),
        http: failing,
        retry,
      });

      await console.goTo('/timers');
      await page.getByRole('link', { name: application }).click();
      await console.sees('cancelled');
      await console.isSound(`${storage.name}-timers`);

      await page.getByRole('link', { name: 'moved' }).click();
      await page.getByRole('button', { name: 'Reschedule…' }).click();
      await console.isSound(`${storage.name}-reschedule`);
      await page.getByRole('button', { name: 'in a day' }).click();
      await page.getByRole('button', { name: 'Reschedule', exact: true }).click();
      await console.sees('Done: no attempt of the old plan begins any more.');
      const moved = await store.timers.get(application, 'moved');
      assert.ok((moved?.dueMs ?? 0) > Date.now() + 23 * HOUR_MS);
      await console.goTo('/timers/shop/moved');
      await page.getByRole('button', { name: 'Reschedule…' }).click();
      const answered = page.waitForResponse(/:reschedule$/);
      await page.getByRole('button', { name: 'Reschedule', exact: true }).click();
      await answered;
      assert.equal((await store.timers.get(application, 'moved'))?.dueMs, moved?.dueMs);

      await console.goTo('/timers/shop/cancelled');
      await page.getByRole('button', { name: 'Cancel…' }).click();
      await page.getByRole('button', { name: 'Cancel it' }).click();
      await console.sees('There is no such timer');
      assert.equal(await store.timers.get(application, 'cancelled'), undefined);
      console.complaints(); // the browser counts an answer of 404 as an error

      await console.goTo('/timers/shop/fired');
      await page.getByRole('button', { name: 'Fire now' }).click();
      await console.shows(page.locator('.pill').getByText('completed'));
      await console.sees('1. answered 200');

      await console.goTo('/timers/shop/failing');
      await console.sees('3. answered 400');
      await console.isSound(`${storage.name}-timer`);
      await console.goTo('/timers/shop?view=failed');
      await console.sees('failing');
      assert.deepEqual(console.complaints(), []);
    });

    test('failed ones of a range are counted, confirmed, and replayed', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      const receiver = await Receiver.start(t);
      const eventIds = Array.from({ length: 5 }, (_, index) => `failed-${String(index)}`);
      const http = { url: receiver.url('/answers/400,200'), json: '{}' };
      await Promise.all(
        eventIds.map((eventId) =>
          store.timers.schedule({ application: 'shop', eventId, due: at(0), http }),
        ),
      );
      await receiver.until(
        'all have been called',
        () => receiver.countOf(eventIds) === eventIds.length,
      );
      await console.goTo('/timers/shop?view=failed');
      await console.sees('failed-4');
      await console.goTo('/failed');
      await console.isSound(`${storage.name}-failed`);
      assert.ok(await page.getByRole('button', { name: /Count them/ }).isDisabled());
      await page.getByLabel('Application').fill('shop');
      await page.getByLabel('until').focus();
      await page.keyboard.type('01');
      await console.sees('A time is not whole yet.');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Backspace');
      await page.getByText('A time is not whole yet.').waitFor({ state: 'detached' });
      await page.getByLabel('Failed from').fill('2020-01-01T12:00');
      await page.getByLabel('until').fill('2020-01-01T12:00');
      await console.sees('The range ends before it begins.');
      await page.getByLabel('until').fill('');
      await page.getByRole('button', { name: 'Count them…' }).click();
      await console.sees('Replay 5 timers?');
      await console.sees(/Those of shop only, failed from 1 Jan 2020,? 12:00:00 (CET|GMT\+1)/);
      await console.isSound(`${storage.name}-replay`);
      await page.route('**/v1/failed:replay', (route) => route.abort(), { times: 1 });
      await page.getByRole('button', { name: 'Replay them' }).click();
      await console.shows(page.locator('dialog').getByText('the server cannot be reached'));
      console.complaints(); // the browser counts a call without an answer as an error
      await page.getByRole('button', { name: 'Replay them' }).click();
      await console.sees('Replay done');
      await console.sees('5 replayed');
      await console.isSound(`${storage.name}-replayed`);
      await receiver.until('all have come again', () => receiver.arrivals.length >= 10);
      assert.deepEqual(console.complaints(), []);
    });

    test('nobody asks how far a count is once its page is left', async (t) => {
      const { console } = await openConsole(t, storage);
      const { page } = console;
      let looks = 0;
      await page.route(/\/v1\/(failed:replay|sweeps\/)/, async (route) => {
        looks += 1;
        const response = await route.fetch();
        const body = (await response.text()).replace(/SWEEP_STATE_\w+/, 'SWEEP_STATE_RUNNING');
        await route.fulfill({ response, body });
      });
      await console.goTo('/failed');
      await page.getByLabel('Application').fill('shop');
      await page.getByRole('button', { name: 'Count them…' }).click();
      await page.waitForResponse(/\/v1\/sweeps\//);
      await page.getByRole('link', { name: 'Streams', exact: true }).click();
      await console.sees('No stream has a name yet');
      await page.waitForTimeout(300);
      const looksBefore = looks;
      await page.waitForTimeout(1_000);
      assert.equal(looks, looksBefore);
    });

    test('schedules with their next runs; pause and resume', async (t) => {
      const { console, httpPort } = await openConsole(t, storage);
      const { page } = console;
      const plan = {
        cron: { expression: '30 2 * * *', timeZone: 'America/New_York' },
        run: { append: { stream: 'nights', type: 'Night' }, json: '{}' },
      };
      const sent = await fetch(`http://127.0.0.1:${httpPort}/v1/applications/shop/schedules`, {
        method: 'POST',
        body: JSON.stringify({ scheduleId: 'nightly', plan }),
      });
      assert.equal(sent.status, 200, await sent.text());
      await console.goTo('/schedules/shop');
      await console.sees('30 2 * * * (America/New_York)');
      await console.isSound(`${storage.name}-schedules`);
      await page.getByRole('link', { name: 'nightly' }).click();
      await console.sees('Next runs');
      assert.equal(await page.locator('section[aria-labelledby=next-runs] tbody tr').count(), 10);
      await page
        .getByText(/02:30:00 (GMT-[45]|E[SD]T)/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Pause…' }).click();
      await page.getByLabel('Why').fill('maintenance');
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await console.sees(/: maintenance/);
      await console.sees('those that come before it is resumed are skipped');
      await console.isSound(`${storage.name}-schedule`);
      await page.getByRole('button', { name: 'Resume' }).click();
      await console.sees('nightly goes on.');
      await page.getByRole('button', { name: 'Pause…' }).waitFor();
      assert.deepEqual(console.complaints(), []);
    });
  });
}
