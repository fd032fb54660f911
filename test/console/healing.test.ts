import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { npmStart } from '../e2e/npm-start.js';
import { startStore } from '../e2e/program.js';
import { embeddedStorage } from '../e2e/storages.js';
import { skipChromium } from './chromium.js';
import { openConsole } from './opened-console.js';

/** Longer than it takes until a page that is hidden is cut off. */
const HIDDEN_MS = 10_500;

const hide = (hidden: boolean): string =>
  `Object.defineProperty(document, 'hidden', { value: ${String(hidden)}, configurable: true });
   document.dispatchEvent(new Event('visibilitychange'));`;

describe('the console goes on by itself', { skip: skipChromium }, () => {
  test('a list that failed for want of a server is there when the server is', async (t) => {
    const { console, store, program, env, port, httpPort } = await openConsole(t, embeddedStorage);
    const { page } = console;
    await store.append('order-1', [{ type: 'OrderPlaced', json: '{}' }]);
    await console.goTo('/append');
    await program.stop('SIGKILL');
    await page.getByRole('link', { name: 'Streams' }).click();
    await console.sees('the server cannot be reached');
    const ports = { PORT: String(port), HTTP_PORT: String(httpPort) };
    await startStore(t, { ...env, ...ports }, npmStart());
    await console.shows(page.getByRole('link', { name: /order-1/ }));
    await page.getByText('the server cannot be reached').waitFor({ state: 'detached' });
  });

  test('events of a stream whose fetch failed are fetched again', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    const { page } = console;
    await store.append('order-1', [{ type: 'OrderPlaced', json: '{}' }]);
    let fails = true;
    await page.route(/\/streams\/order-1\/events/, (route) =>
      fails ? route.abort() : route.continue(),
    );
    await console.goTo('/streams/order-1');
    await console.sees('the server cannot be reached');
    fails = false;
    await console.sees('OrderPlaced');
    await page.getByText('the server cannot be reached').waitFor({ state: 'detached' });
  });

  test('answers that take longer than the page waits between looks are shown', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    await store.append('order-1', [{ type: 'OrderPlaced', json: '{}' }]);
    await console.page.route(/\/v1\/streams\/order-1$/, async (route) => {
      await sleep(4_000);
      await route.continue().catch(() => undefined);
    });
    await console.goTo('/streams/order-1');
    await console.sees('OrderPlaced');
  });

  test('what is missing at first is shown once it is there', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    const other = await console.context.newPage();
    await console.goTo('/');
    await console.sees('No event yet');
    await other.goto(console.page.url().replace(/\/console.*/, '/console/streams'));
    await other.getByText('No stream has a name yet').waitFor();
    await store.append('order-1', [{ type: 'OrderPlaced', json: '{}' }]);
    await other.getByRole('link', { name: /order-1/ }).waitFor();
    await console.page.getByText('No event yet').waitFor({ state: 'detached' });
  });

  test('a tail whose place the server does not know goes on from now', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    await store.append('order-1', [{ type: 'OrderPlaced', json: '{}' }]);
    let refusals = 0;
    let began = false;
    await console.page.route(/events:subscribe/, (route) => {
      const body = route.request().postData() ?? '';
      if (body.includes('"all"')) return route.continue();
      if (body.includes('"cursor"')) {
        refusals += 1;
        const json = { code: 'CURSOR_INVALID', error: 'the place is not known' };
        return route.fulfill({ status: 400, json });
      }
      if (began) return route.continue();
      began = true;
      return route.fulfill({ body: '{"caughtUp":{},"cursor":"gone"}\n' });
    });
    await console.goTo('/types?type=OrderPlaced');
    const opened = (): boolean => began && refusals > 0;
    while (!opened()) await console.page.waitForTimeout(100);
    await console.page.waitForTimeout(2_000);
    await store.append('order-2', [{ type: 'OrderPlaced', json: '{}' }]);
    await console.sees('order-2');
    assert.equal(refusals, 1);
  });

  test('seen again, rates begin from now, and a tail goes on where it was', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    const { page } = console;
    await store.append('order-1', [{ type: 'OrderPlaced', json: '{}' }]);
    await console.goTo('/types?type=OrderPlaced');
    await console.sees('0 events since you follow');
    await store.append('order-2', [{ type: 'OrderPlaced', json: '{}' }]);
    await console.sees('1 event since you follow');
    await page.evaluate(hide(true));
    await sleep(HIDDEN_MS);
    await store.append('order-3', [{ type: 'OrderPlaced', json: '{}' }]);
    const bodies: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('events:subscribe')) bodies.push(request.postData() ?? '');
    });
    await page.evaluate(hide(false));
    await console.sees('2 events since you follow');
    const [rates, tail] = bodies.sort((one) => (one.includes('"all"') ? -1 : 1));
    assert.match(rates ?? '', /SUBSCRIBE_FROM_NOW/);
    assert.match(tail ?? '', /"cursor"/);
  });
});
