import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newToken, tokenHash } from '../../src/access/index.js';
import { temporaryFile } from '../access/authenticator-under-test.js';
import { embeddedStorage } from '../e2e/storages.js';
import { skipChromium } from './chromium.js';
import { openConsole } from './opened-console.js';

describe('signing in to the console', { skip: skipChromium }, () => {
  test('a token opens it; what its roles lack is disabled and says why', async (t) => {
    const token = newToken();
    const caller = { name: 'reader', token_sha256: [tokenHash(token)], roles: ['read'] };
    const file = await temporaryFile(t, JSON.stringify({ callers: [caller] }));
    const { console } = await openConsole(t, embeddedStorage, { ACCESS_FILE: file });
    const { page } = console;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await console.goTo('/streams');
    await console.sees('Sign in to Cassadra');
    console.complaints(); // the browser counts an answer of 401 as an error
    await console.isSound('sign-in');
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await console.sees('The server does not take this token');
    console.complaints();
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await console.sees('No stream has a name yet');
    assert.deepEqual(
      requests.filter((url) => url.includes(token)),
      [],
    );

    await console.goTo('/append');
    await console.sees('reader would need the role append.');
    assert.ok(await page.getByRole('button', { name: /^Append/ }).isDisabled());
    await console.goTo('/timers');
    await console.sees('reader would need the role schedule');
    await console.goTo('/failed');
    await console.sees('reader would need the role admin');
    await console.isSound('reader');

    const other = await console.context.newPage();
    await other.goto(page.url());
    await other.getByText('Sign in to Cassadra').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await console.sees('Sign in to Cassadra');
    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    assert.ok(!kept.includes(token), kept);
  });
});
