import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { StorageUnderTest } from '../e2e/storages.js';
import { skipChromium } from './chromium.js';
import { openConsole } from './opened-console.js';

/** In every field something that would run if it were taken for HTML. */
const SCRIPT = '<img src=x onerror=alert(1)><script>alert(2)</script>';

/** Every page and action of the console, in a real browser. */
export function exerciseConsole(storage: StorageUnderTest): void {
  describe(`the console on ${storage.name}`, { skip: skipChromium }, () => {
    test('an empty store teaches how to begin', async (t) => {
      const { console } = await openConsole(t, storage);
      for (const [path, name, text] of [
        ['/', 'empty-overview', 'No event yet'],
        ['/streams', 'empty-streams', 'No stream has a name yet'],
        ['/types', 'empty-types', 'No event yet'],
        ['/timers', 'empty-timers', 'No application has scheduled anything'],
        ['/schedules', 'empty-schedules', 'No application has scheduled anything'],
        ['/streams/nothing', 'empty-stream', 'There is no such stream'],
        ['/nowhere', 'no-page', 'There is no such page'],
      ] as const) {
        await console.goTo(path);
        await console.sees(text);
        await console.isSound(`${storage.name}-${name}`);
      }
    });

    test('streams are found, read, compared, and followed through a correlation', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      const correlationId = randomUUID();
      const placed = { type: 'OrderPlaced', json: JSON.stringify({ total: 12, currency: 'EUR' }) };
      await store.append('order-1', [{ ...placed, metadata: { correlationId } }]);
      await store.append('order-1', [
        {
          type: 'OrderPaid',
          json: JSON.stringify({ total: 12, by: 'card' }),
          metadata: { correlationId },
        },
      ]);
      await store.append('parcel-1', [
        {
          type: 'ParcelSent',
          json: JSON.stringify({ order: 'order-1' }),
          metadata: { correlationId },
        },
      ]);
      await store.append('bytes-1', [
        { type: 'Scanned', bytes: Buffer.from([0, 1, 2, 250, 65, 66]) },
      ]);

      await console.goTo('/streams');
      await console.sees('parcel-1');
      await console.isSound(`${storage.name}-streams`);
      await page.getByRole('searchbox').fill('order');
      await page.getByText('parcel-1').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: /order-1/ }).click();
      await console.sees('OrderPaid');
      await page.getByRole('link', { name: /OrderPlaced/ }).click();
      await console.sees('"currency": "EUR"');
      assert.match(page.url(), /\/console\/streams\/order-1\/1$/);
      await console.isSound(`${storage.name}-stream`);
      await page.reload();
      await console.sees('"currency": "EUR"');

      await page.getByRole('link', { name: 'Compare with the next' }).click();
      await console.sees(/− {3}"currency"/);
      await console.isSound(`${storage.name}-diff`);
      await page.goBack();
      await page.getByRole('link', { name: 'All of its correlation' }).click();
      await console.sees('3 events, all that can be reached.');
      await console.sees('ParcelSent');
      await console.isSound(`${storage.name}-correlation`);

      await console.goTo('/streams/bytes-1/1');
      await console.sees('00 01 02 fa 41 42');
      assert.deepEqual(console.complaints(), []);
    });

    test('types show their rates and their events as they come', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      await store.append('order-0', [{ type: 'OrderPlaced', json: JSON.stringify({ total: 0 }) }]);
      await console.goTo('/types');
      await page.getByRole('checkbox', { name: 'Follow OrderPlaced' }).check();
      await console.sees('0 events since you follow');
      await store.append('order-1', [{ type: 'OrderPlaced', json: JSON.stringify({ total: 1 }) }]);
      await store.append('order-2', [{ type: 'OrderPlaced', json: JSON.stringify({ total: 2 }) }]);
      await console.sees('2 events since you follow');
      await page.getByLabel('Highlight').fill('order-2');
      await console.isSound(`${storage.name}-types`);
      await page.getByRole('button', { name: 'Pause' }).click();
      await store.append('order-3', [{ type: 'OrderPlaced', json: JSON.stringify({ total: 3 }) }]);
      await console.sees('3 events since you follow, paused');
      assert.equal(await page.getByText('order-3').count(), 0);
      await page.getByLabel('Only with').fill('order-1');
      await page.getByText('order-2').waitFor({ state: 'detached' });
      await page.getByLabel('Only with').fill('');
      await console.sees('order-2');
      assert.equal(await page.getByText('order-3').count(), 0);
      await page.getByRole('button', { name: 'Go on' }).click();
      await console.sees('order-3');
      await page.getByLabel('Only with').fill('order-1');
      await page.getByText('order-3').waitFor({ state: 'detached' });
      assert.deepEqual(console.complaints(), []);
    });

    test('an event is appended by hand, and a conflict is shown plainly', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      await console.goTo('/append');
      await console.isSound(`${storage.name}-append`);
      await page.getByLabel('Stream', { exact: true }).fill('order-9');
      await page.getByLabel('Type', { exact: true }).fill('OrderPlaced');
      await page.getByLabel('Payload, JSON').fill('{"total": 4');
      await console.sees(/Not JSON/);
      await page.getByLabel('Payload, JSON').fill('{"total": 4}');
      await page.getByRole('button', { name: 'Append', exact: true }).click();
      await console.sees(/Written: order-9, version 1/);
      await console.sees('Written; change something first.');
      assert.ok(await page.getByRole('button', { name: /^Append/ }).isDisabled());
      await page.getByLabel('Payload, JSON').fill('{"total": 5}');
      await store.append('order-9', [{ type: 'OrderPaid', json: '{}' }]);
      await page.getByRole('button', { name: 'Append', exact: true }).click();
      await console.sees('Conflict: the stream is at version 2.');
      console.complaints(); // the browser counts an answer of 409 as an error
      await console.isSound(`${storage.name}-conflict`);
      await page.getByRole('button', { name: 'Expect version 2' }).click();
      await page.getByRole('button', { name: 'Append', exact: true }).click();
      await console.sees(/Written: order-9, version 3/);
    });

    test('an append whose answer was lost is told of, and what is typed stays', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      await store.append('order-9', [{ type: 'OrderPlaced', json: '{}' }]);
      const state = /\/v1\/streams\/order-9$/;
      let goOn: () => void = () => undefined;
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await page.route(state, async (route) => {
        await held;
        await route.continue();
      });
      await console.goTo('/append?stream=order-9');
      await page.getByLabel('Version of its last event').fill('7');
      const answered = page.waitForResponse(state);
      goOn();
      await (await answered).finished();
      await page.waitForTimeout(200);
      assert.equal(await page.getByLabel('Version of its last event').inputValue(), '7');

      const append = page.getByRole('button', { name: 'Append', exact: true });
      await page.getByLabel('Version of its last event').fill('1');
      await page.getByLabel('Type', { exact: true }).fill('OrderPaid');
      await page.route(
        '**/v1/streams/order-9/events',
        async (route) => {
          await route.fetch();
          await route.abort();
        },
        { times: 1 },
      );
      await append.click();
      await console.sees('the server cannot be reached');
      await page.getByLabel('Payload, JSON').fill('{"total": 6}');
      await append.click();
      await console.sees('An earlier try has been written, with other content.');
      console.complaints(); // the browser counts a lost answer, and one of 409, as errors
      await console.isSound(`${storage.name}-reused`);
      await page.getByRole('button', { name: 'Take a new event id' }).click();
      await append.click();
      await page.getByRole('button', { name: 'Expect version 2' }).click();
      await append.click();
      await console.sees(/Written: order-9, version 3/);

      await page.getByRole('link', { name: 'Append', exact: true }).click();
      assert.equal(await page.getByLabel('Stream', { exact: true }).inputValue(), '');
    });

    test('a correlation is found among more types than a subscription takes', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      const metadata = { correlationId: randomUUID() };
      const events = Array.from({ length: 102 }, (_, index) => ({
        type: `Kind${String(index)}`,
        json: '{}',
        metadata: index < 101 ? {} : metadata,
      }));
      await store.append('many', events);
      await store.append('one', [{ type: 'Kind0', json: '{}', metadata }]);
      await page.route('**/console/session', async (route) => {
        const response = await route.fetch();
        const session = (await response.text()).replace('"allEvents":true', '"allEvents":false');
        await route.fulfill({ response, body: session });
      });
      for (const query of ['', '?stream=one']) {
        await console.goTo(`/correlation/${metadata.correlationId}${query}`);
        await console.sees('2 events, all that can be reached.');
        await console.sees('what is written from now on is not shown');
        await console.sees('Kind101');
      }
      assert.deepEqual(console.complaints(), []);
    });

    test('what cannot be drawn leaves the rest of the console as it is', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      await store.append('odd', [{ type: 'Scanned', bytes: Buffer.from([1, 2, 3]) }]);
      const answerWith = async (what: RegExp, instead: string): Promise<void> => {
        await page.unrouteAll();
        await page.route(/\/v1\/streams\/odd\/events/, async (route) => {
          const response = await route.fetch();
          const body = (await response.text()).replaceAll(what, instead);
          await route.fulfill({ response, body });
        });
      };
      await answerWith(/"savetimeMs":"?\d+"?/g, '"savetimeMs":"9000000000000000"');
      await console.goTo('/streams/odd/1');
      await console.sees('9000000000000000');
      await answerWith(/"data":"[^"]*"/g, '"data":"%"');
      await console.goTo('/streams/odd/1');
      await console.sees('This page cannot be drawn');
      await console.isSound(`${storage.name}-not-drawn`);
      await page.getByRole('link', { name: 'Types', exact: true }).click();
      await console.sees('Scanned');
      await console.goTo('/streams/$..');
      await console.sees('the name .. cannot be part of an address: use its UUID');
      assert.deepEqual(console.complaints(), []);
    });

    test('what would be HTML is text, wherever it stands', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      let dialogs = 0;
      page.on('dialog', (dialog) => {
        dialogs += 1;
        void dialog.dismiss();
      });
      const metadata = { correlationId: SCRIPT, [SCRIPT]: SCRIPT };
      await store.append(SCRIPT, [
        { type: SCRIPT, json: JSON.stringify({ [SCRIPT]: SCRIPT }), metadata },
      ]);
      const eventId = SCRIPT;
      const append = { stream: SCRIPT, type: SCRIPT, json: JSON.stringify({ text: SCRIPT }) };
      await store.timers.schedule({
        application: SCRIPT,
        eventId,
        due: new Date(Date.now() + 3_600_000),
        append,
      });
      const stream = encodeURIComponent(SCRIPT);
      for (const path of [
        '/streams',
        `/streams/${stream}/1`,
        `/streams/${stream}/diff?left=1&right=1`,
        `/correlation/${stream}`,
        '/types',
        '/timers',
        `/timers/${stream}`,
        `/timers/${stream}/${stream}`,
      ]) {
        await console.goTo(path);
        await console.sees(/<img src=x/);
        assert.equal(await page.locator('img').count(), 0, path);
        assert.deepEqual(console.complaints(), [], path);
      }
      assert.equal(dialogs, 0);
    });

    test('the overview tells of events, the feed, timers and health', async (t) => {
      const { console, store } = await openConsole(t, storage);
      const { page } = console;
      const append = (index: number, type: string): Promise<unknown> =>
        store.append(`order-${String(index)}`, [{ type, json: '{}' }]);
      await append(0, 'OrderPlaced');
      await append(0, 'OrderPaid');
      await console.goTo('/');
      await console.sees('ready');
      await console.sees('Appends and the feed');
      const due = new Date();
      const reminder = { stream: 'reminders', type: 'Reminder', json: '{}' };
      await store.timers.schedule({ application: 'shop', eventId: 'one', due, append: reminder });
      const unknown = page.locator('.figure', { hasText: 'Appends/s' }).getByText('–');
      for (let index = 0; (await unknown.count()) > 0; index += 1) {
        await append(index, index % 3 === 0 ? 'OrderPaid' : 'OrderPlaced');
      }
      await console.sees(/^OrderPlaced$/);
      await console.isSound(`${storage.name}-overview`);
    });
  });
}
