import type { TestContext } from 'node:test';
import { envoyBinary } from '../../tools/envoy/envoy-binary.js';
import {
  EnvoyUnavailableError,
  startEnvoy,
  type Envoy,
  type EnvoyOptions,
} from '../../tools/envoy/index.js';

/** Why there is no Envoy here; false: there is one. With CI=true there must be. */
export const skipEnvoy = await envoyBinary(console.error).then((): string | false => false, skip);

function skip(error: unknown): string {
  if (!(error instanceof EnvoyUnavailableError) || process.env['CI'] === 'true') throw error;
  console.error(`\n!!! THE TESTS WITH ENVOY ARE SKIPPED: ${error.message}\n`);
  return error.message;
}

/** An Envoy that ends with the test. */
export async function envoyBefore(context: TestContext, around: EnvoyOptions): Promise<Envoy> {
  const envoy = await startEnvoy(around);
  context.after(() => envoy.stop());
  return envoy;
}
