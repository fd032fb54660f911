import { isIPv6 } from 'node:net';

const MAPPED = '::ffff:';
const GROUPS = 8;
/** What one customer of a provider has: all of it counts as one. */
const NETWORK_GROUPS = 4;

/**
 * What counts as one address: an IPv4 address, in whatever way it is written, or the first 64 bits
 * of an IPv6 address.
 */
export function addressKey(address: string): string {
  // asked several times a call; only IPv6 has colons
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%', 1);
  if (!isIPv6(plain)) return plain;
  if (plain.startsWith(MAPPED) && plain.includes('.')) return plain.slice(MAPPED.length);
  return `${groupsOf(plain).slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.split('::', 2);
  const split = (text = ''): string[] => (text === '' ? [] : text.split(':'));
  const first = split(head);
  if (tail === undefined) return first;
  const last = split(tail);
  const missing = Math.max(0, GROUPS - first.length - last.length);
  return [...first, ...Array.from({ length: missing }, () => '0'), ...last];
}
