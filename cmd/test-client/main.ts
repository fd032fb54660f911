import { StoregrpcClient } from '../../src/client/index.js';
import { parseSettings, runProgram, testClientSettings } from '../../src/runtime/index.js';
import { storeSecurity } from '../shared/store-security.js';
import { explainFailure, runDemo } from './demo.js';

await runProgram(async () => {
  const settings = parseSettings(testClientSettings, process.env);
  const { STORE_HOST: host, STORE_PORT: port, CALL_TIMEOUT_MS: timeoutMs } = settings;
  const client = new StoregrpcClient({ host, port, timeoutMs, ...storeSecurity(settings) });
  process.stdout.write(`Patient demo against ${host}:${port}\n`);
  try {
    await runDemo(client, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    throw explainFailure(error, `${host}:${port}`);
  } finally {
    client.close();
  }
});
