/** Both ends of a connection, as a socket and grpc-js call them. */
export interface Ends {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/**
 * What tells connections apart. The other end alone does not: a host may use one port towards
 * several addresses of this one.
 */
export function connectionKey({
  remoteAddress,
  remotePort,
  localAddress,
  localPort,
}: Ends): string {
  return `${remoteAddress}:${remotePort}>${localAddress}:${localPort}`;
}
