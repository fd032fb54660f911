import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  openAuthenticator,
  Unauthenticated,
  type AccessSettings,
  type Authenticator,
  type Credentials,
} from '../../src/access/index.js';
import { AppError } from '../../src/core/index.js';
import { FakeTime, silentLogger, type LogFields } from '../../src/runtime/index.js';

/** How often it looks at its files. */
const LOOK_MS = 3_000;
const WAIT_MAX_MS = 20_000;

export interface AuthenticatorUnderTest {
  readonly authenticator: Authenticator;
  readonly time: FakeTime;
  readonly errors: readonly (readonly [string, LogFields])[];
  /** Lets time pass, look by look, until something is so. */
  until(done: () => boolean | Promise<boolean>): Promise<void>;
}

/** An authenticator whose time a test moves. */
export async function openForTest(
  context: TestContext,
  settings: AccessSettings,
): Promise<AuthenticatorUnderTest> {
  const time = new FakeTime();
  const errors: [string, LogFields][] = [];
  const error = (fields: LogFields, message: string): unknown => errors.push([message, fields]);
  const logger = { ...silentLogger, error };
  const authenticator = openAuthenticator(settings, { clock: time, timers: time, logger });
  assert.ok(authenticator !== undefined);
  context.after(() => authenticator.stop());
  await authenticator.start();
  const until = async (done: () => boolean | Promise<boolean>): Promise<void> => {
    const endMs = performance.now() + WAIT_MAX_MS;
    while (!(await done())) {
      assert.ok(performance.now() < endMs, 'it does not come');
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      // files are read in real time: not all of a day may pass meanwhile
      if (time.msUntilWake() <= LOOK_MS) time.advance(time.msUntilWake());
    }
  };
  return { authenticator, time, errors, until };
}

/** The caller's name, or why there is none. */
export async function nameOrReason(
  authenticator: Authenticator,
  credentials: Partial<Credentials>,
): Promise<string> {
  try {
    const all = { authorization: undefined, certificate: undefined, ...credentials };
    return (await authenticator.authenticate(all)).name;
  } catch (error) {
    assert.ok(error instanceof AppError);
    if (error.code !== 'UNAUTHENTICATED') return error.code;
    assert.ok(error.cause instanceof Unauthenticated);
    assert.deepEqual(error.details, {});
    return error.cause.reason;
  }
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** A file that is gone after the test, or what else says when. */
export async function temporaryFile(
  context: { after(remove: () => Promise<void>): unknown },
  text: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-access-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'file.json');
  await writeFile(path, text);
  return path;
}
