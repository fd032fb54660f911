import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
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
    await console.sees('To see which there are, reader would need the role admin');
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

  test('each role does what the server lets it do; a token that ends is asked for anew', async (t) => {
    const token = newToken();
    const caller = {
      name: 'planner',
      token_sha256: [tokenHash(token)],
      roles: ['schedule', 'read'],
      stream_prefixes: ['own-'],
      applications: ['shop'],
    };
    const file = await temporaryFile(t, JSON.stringify({ callers: [caller] }));
    const { console, httpPort } = await openConsole(t, embeddedStorage, { ACCESS_FILE: file });
    const { page } = console;
    await console.goTo('/timers');
    await page.getByLabel('Token').fill(`${token}\u200b`);
    await console.sees('There is a character in it that no token has');
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'shop', exact: true }).click();
    await console.sees('None in “Due next”');
    const body = {
      eventId: 'later',
      dueMs: String(Date.now() + 3_600_000),
      http: { url: 'http://127.0.0.1:9/' },
      json: '{}',
    };
    const url = `http://127.0.0.1:${String(httpPort)}/v1/applications/shop/timed-events`;
    const headers = { authorization: `Bearer ${token}` };
    await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    await console.goTo('/timers/shop/later');
    await console.shows(page.getByRole('button', { name: /Fire now/ }));
    assert.ok(await page.getByRole('button', { name: /Fire now/ }).isDisabled());
    assert.ok(await page.getByRole('button', { name: 'Cancel…' }).isEnabled());
    await console.goTo('/streams');
    await page.getByRole('link', { name: 'own-' }).click();
    await console.sees('No stream’s name begins with “own-”');

    await writeFile(
      file,
      JSON.stringify({ callers: [{ ...caller, token_sha256: [tokenHash(newToken())] }] }),
    );
    await console.goTo('/');
    await console.sees('Sign in to Cassadra');
  });

  test('a link of another site leads to the page, and no other answer does', async (t) => {
    const { console, httpPort } = await openConsole(t, embeddedStorage);
    const { page } = console;
    const server = `http://127.0.0.1:${String(httpPort)}`;
    for (const [path, text] of [
      ['/console/streams/order-1/7', 'order-1'],
      ['/console/session', 'pages of other sites may not use this server'],
    ] as const) {
      await page.goto('about:blank');
      await page.setContent(`<a href="${server}${path}">permalink</a>`);
      await page.getByRole('link').click();
      await console.sees(text);
    }
  });
});
