import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ParsedFile } from './parsed-file.js';
import type { ResolvedAddress } from './resolver.js';

const LOOPBACK: readonly ResolvedAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

type Names = ReadonlyMap<string, readonly ResolvedAddress[]>;

export function systemHostsPath(): string {
  if (process.platform !== 'win32') return '/etc/hosts';
  const root = process.env['SystemRoot'] ?? 'C:\\Windows';
  return `${root}\\System32\\drivers\\etc\\hosts`;
}

/** The names of this machine. Read again when the file has changed. */
export class HostsFile {
  readonly #file: ParsedFile<Names>;

  constructor(path: string) {
    this.#file = new ParsedFile(path, parse);
  }

  /**
   * Empty for a name that it does not have. `localhost` and what ends in `.localhost` is this
   * machine whatever the file says (RFC 6761), by both families if it says nothing.
   */
  async addressesOf(hostname: string): Promise<readonly ResolvedAddress[]> {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const names = await this.#file.content();
    const listed = names.get(name) ?? [];
    if (name !== 'localhost' && !name.endsWith('.localhost')) return listed;
    const candidates = [listed, names.get('localhost') ?? []].map((addresses) =>
      addresses.filter(({ address }) => ipaddr.parse(address).range() === 'loopback'),
    );
    return candidates.find((addresses) => addresses.length > 0) ?? LOOPBACK;
  }
}

function parse(text: string): Names {
  const names = new Map<string, ResolvedAddress[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family === 0) continue;
    for (const alias of aliases) {
      const name = alias.toLowerCase();
      const addresses = names.get(name);
      if (addresses === undefined) names.set(name, [{ address, family }]);
      else addresses.push({ address, family });
    }
  }
  return names;
}
