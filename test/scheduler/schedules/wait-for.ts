import assert from 'node:assert/strict';

/** For what goes on in the background, without a time of its own. */
export async function waitFor(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (await done()) return;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  assert.fail('it does not come');
}
