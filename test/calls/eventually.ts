import assert from 'node:assert/strict';

const WAIT_MAX_MS = 20_000;

/** Until it is so. Fails when it does not come. */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + WAIT_MAX_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < endMs, 'it does not come');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
