import { existsSync } from 'node:fs';
import { after } from 'node:test';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const path = [process.env['CHROMIUM'] ?? '', ...PLACES].find((it) => it !== '' && existsSync(it));

/** Why there is no browser; false: there is one. With CI=true its absence is a failure. */
export const skipChromium: string | false =
  path === undefined ? 'no Chromium: apt install chromium, or set CHROMIUM to its file' : false;

if (skipChromium !== false && process.env['CI'] === 'true') throw new Error(skipChromium);

let started: Promise<Browser> | undefined;

// at the root of the file that imports this: see tools/test/cassandra-for-tests.ts
after(async () => (await started)?.close());

/** The browser of this test file. */
export function browser(): Promise<Browser> {
  started ??= chromium.launch({
    ...(path === undefined ? {} : { executablePath: path }),
    // containers run as root, and have little shared memory
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  return started;
}
