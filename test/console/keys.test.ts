import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { embeddedStorage } from '../e2e/storages.js';
import { skipChromium } from './chromium.js';
import { openConsole } from './opened-console.js';

describe('the console by keys alone', { skip: skipChromium }, () => {
  test('pages, the search, a stream and its events; single keys can be turned off', async (t) => {
    const { console, store } = await openConsole(t, embeddedStorage);
    const { page } = console;
    const { keyboard } = page;
    const events = ['OrderPlaced', 'OrderPaid', 'OrderSent'].map((type) => ({ type, json: '{}' }));
    await store.append('order-1', events);
    await console.goTo('/');
    await keyboard.press('Tab');
    const focused = page.locator(':focus');
    assert.equal(await focused.innerText(), 'To the content');
    await keyboard.press('g');
    await keyboard.press('s');
    await console.shows(page.getByRole('heading', { name: 'Streams' }));
    await keyboard.press('/');
    await keyboard.type('order-1');
    await keyboard.press('Enter');
    await console.shows(page.getByRole('heading', { name: 'order-1' }));

    await page.locator('.window').focus();
    await keyboard.press('ArrowDown');
    await console.sees('version 2');
    await keyboard.press('End');
    await console.sees('version 1');
    assert.match(page.url(), /\/console\/streams\/order-1\/1$/);

    await page.getByRole('button', { name: 'Keys' }).focus();
    await keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'These keys do something' }).focus();
    await keyboard.press('Space');
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await focused.innerText(), 'Keys', 'where it was before');
    await keyboard.press('g');
    await keyboard.press('t');
    assert.match(page.url(), /\/console\/streams\/order-1\/1$/);
    await page.reload();
    await console.sees('version 1');
    await keyboard.press('g');
    await keyboard.press('t');
    assert.match(page.url(), /\/console\/streams\/order-1\/1$/, 'also later');
    assert.deepEqual(console.complaints(), []);
  });
});
