import type { TestContext } from 'node:test';

/**
 * A part from outside that a test needs; undefined after the test was skipped because the part
 * cannot be had. With CI=true that is a failure.
 */
export async function partOrSkip<Part>(
  context: TestContext,
  what: string,
  get: () => Promise<Part>,
): Promise<Part | undefined> {
  try {
    return await get();
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    process.stderr.write(`no ${what}: ${String(error)}\n`);
    context.skip(`${what.toUpperCase()} CANNOT BE HAD: ${String(error)}`);
    return undefined;
  }
}
