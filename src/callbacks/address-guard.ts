import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = [Address, number];

const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
/** All of IPv6 that is given out; old ways to write IPv4 (`::127.0.0.1`) lie outside. */
const IPV6_GLOBAL = ipaddr.parseCIDR('2000::/3');
/** Public by its number, yet inside: Azure answers its virtual machines there. */
const AZURE_HOST = ipaddr.parseCIDR('168.63.129.16/32');

/** Reads ranges such as `10.0.0.0/8` or `fd00::/8`. Throws an Error that names the wrong one. */
export function parseAllowCidrs(cidrs: readonly string[]): readonly AddressRange[] {
  return cidrs.map(parseCidr);
}

function parseCidr(cidr: string): AddressRange {
  const address = cidr.split('/')[0] ?? '';
  // ipaddr.js would read `10/8` as 0.0.0.10/8
  if (isIP(address) === 0 || address.includes('%') || !ipaddr.isValidCIDR(cidr)) {
    throw new Error(`"${cidr}" is not a range of addresses such as 10.0.0.0/8 or fd00::/8`);
  }
  return ipaddr.parseCIDR(cidr);
}

function covers(range: AddressRange, address: Address): boolean {
  return range[0].kind() === address.kind() && address.match(range);
}

/** The IPv4 address that traffic to an IPv6 address ends at, where there is one. */
function innerOf(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return covers(NAT64, address) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4
    ? !covers(AZURE_HOST, address)
    : covers(IPV6_GLOBAL, address);
}

/** True when calls may go to the address: it is public unicast, or in an allowed range. */
export function mayDial(text: string, allowed: readonly AddressRange[]): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  const inner = innerOf(address);
  return allowed.some((range) => covers(range, address) || covers(range, inner)) || isPublic(inner);
}
