import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../../src/runtime/index.js';

const SOCKET = /\{ address: ([\w.-]+), port_value: (\d+) \}/g;

/**
 * `envoy/envoy.yaml` with other addresses: `host:port` in the file to `host:port` to use. Those
 * not named stay. Throws when the file does not have one of them.
 */
export async function envoyConfiguration(addresses: ReadonlyMap<string, string>): Promise<string> {
  const text = await readFile(join(projectDirectory(), 'envoy', 'envoy.yaml'), 'utf8');
  const missing = new Set(addresses.keys());
  const changed = text.replace(SOCKET, (socket: string, host: string, port: string) => {
    const address = addresses.get(`${host}:${port}`);
    missing.delete(`${host}:${port}`);
    if (address === undefined) return socket;
    const [newHost = '', newPort = ''] = address.split(':');
    return `{ address: ${newHost}, port_value: ${newPort} }`;
  });
  if (missing.size === 0) return changed;
  throw new Error(`envoy.yaml has no address ${[...missing].join(', ')}`);
}
