import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { embeddedStorage } from '../e2e/storages.js';
import { skipChromium } from './chromium.js';
import { openConsole } from './opened-console.js';

const TIMERS = 101;

describe('long lists in the console', { skip: skipChromium }, () => {
  test('late timers have a second page; looking anew keeps the focus', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    const { page } = console;
    await store.applications.pause('shop');
    await page.waitForTimeout(2_500); // until a pause holds on all servers
    await store.timers.scheduleMany(
      Array.from({ length: TIMERS }, (_, index) => ({
        application: 'shop',
        eventId: `late-${String(index)}`,
        due: new Date(Date.now() - 60_000),
        append: { stream: 'reminders', type: 'Reminder', json: '{}' },
      })),
    );
    await page.waitForTimeout(3_000); // until they are late
    await console.goTo('/timers/shop?view=late');
    const more = page.getByRole('button', { name: 'More' });
    await more.focus();
    for (let look = 0; look < 2; look += 1) await page.waitForResponse(/timed-events/);
    await page.waitForTimeout(500);
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'More');
    const rows = page.getByRole('link', { name: /^late-/ });
    assert.equal(await rows.count(), 100);
    await more.press('Enter');
    await more.waitFor({ state: 'detached' });
    assert.equal(await rows.count(), TIMERS);
    assert.deepEqual(console.complaints(), []);

    await page.route(/STATUS_COMPLETED/, (route) => route.abort());
    await page.getByRole('link', { name: 'Completed' }).click();
    await console.sees('the server cannot be reached');
    assert.equal(await rows.count(), 0);
  });

  test('rows that are read stay where they are when the stream grows', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    const { page } = console;
    const batch = Array.from({ length: 300 }, () => ({ type: 'Counted', json: '{}' }));
    await store.append('long', batch);
    await console.goTo('/streams/long/10');
    await console.sees('version 10');
    await page.locator('.window').evaluate((box: { scrollTop: number }) => {
      box.scrollTop = 2_000;
    });
    const row = page.locator('.event-row').filter({ hasText: /^250/ });
    await console.shows(row);
    const before = await row.boundingBox();
    await store.append('long', batch.slice(0, 30));
    await console.sees('330 events');
    await page.waitForTimeout(500);
    const after = await row.boundingBox();
    assert.ok(before !== null && after !== null);
    assert.ok(Math.abs(before.y - after.y) < 1, `${String(before.y)} ${String(after.y)}`);
    await page.getByRole('button', { name: 'Newest first' }).click();
    await console.shows(page.locator('.event-row.chosen'));
    assert.deepEqual(console.complaints(), []);
  });
});
