import { invalidField } from './errors.js';

const PORT_DEFAULT = 8080;

/** A server, by name or IP address. */
export interface ServerAddress {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

const BRACKETED = /^\[(?<host>[^\]]+)\](?::(?<port>\d+))?$/;
const PLAIN = /^(?<host>[^:[\]]+)(?::(?<port>\d+))?$/;
/** An IPv6 address without brackets has no place for a port. */
const BARE_IPV6 = /^(?<host>[\da-fA-F:.]*:[\da-fA-F:.]*:[\da-fA-F:.%\w]*)$/;

/** `host`, `host:port`, `[::1]:port`, `::1`, with or without `cassadra://` before it. */
export function parseAddress(text: string): ServerAddress {
  const rest = text.replace(/^cassadra:\/\//, '').replace(/\/$/, '');
  const match = BRACKETED.exec(rest) ?? PLAIN.exec(rest) ?? BARE_IPV6.exec(rest);
  const { host, port = String(PORT_DEFAULT) } = match?.groups ?? {};
  if (host === undefined || /[\s/@]/.test(host) || Number(port) > 65_535 || Number(port) === 0) {
    throw invalidField('address', `${JSON.stringify(text)} is not of the form host:port`);
  }
  return { host, port: Number(port) };
}

/** As grpc-js takes it. */
export function grpcTarget({ host, port }: ServerAddress): string {
  return host.includes(':') ? `dns:[${host}]:${port}` : `dns:${host}:${port}`;
}
