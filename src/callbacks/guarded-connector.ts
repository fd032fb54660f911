import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { ClientCertificate } from '../runtime/index.js';
import { mayDial, type AddressRange } from './address-guard.js';
import { DialError, DialRefused } from './dial-error.js';
import type { Resolve } from './resolver.js';

/** An address that does not answer must leave time for the next one. */
const ADDRESS_TIMEOUT_MS = 1_000;

export interface Guard {
  readonly allowed: readonly AddressRange[];
  readonly resolve: Resolve;
  readonly connectTimeoutMs: number;
}

/**
 * Dials for undici. The addresses that were checked are the ones that are dialled: a name is
 * resolved once for each dial, and one forbidden address among its answers refuses all of them.
 * Its sockets and look-ups die with the signal. With a client it shows that one's certificate.
 */
export function guardedConnector(
  guard: Guard,
  signal: AbortSignal,
  client: ClientCertificate | undefined,
): buildConnector.connector {
  const dial = buildConnector({
    signal,
    ...(client === undefined ? {} : { secureContext: secureContextOf(client) }),
    timeout: guard.connectTimeoutMs,
    lookup: guardedLookup(guard, signal),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
  });
  return (options, callback) => {
    // Node looks names up, but dials an address without asking
    if (isIP(options.hostname) !== 0 && !mayDial(options.hostname, guard.allowed)) {
      queueMicrotask(() => callback(new DialRefused(), null));
      return;
    }
    dial(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error === null) callback(null, socket);
      else callback(error instanceof DialError ? error : new DialError(error), null);
    });
  };
}

function secureContextOf({ certificate, privateKey, ca }: ClientCertificate): SecureContext {
  const trusted = ca === undefined ? {} : { ca };
  return createSecureContext({ cert: certificate, key: privateKey, ...trusted });
}

function guardedLookup({ resolve, allowed }: Guard, signal: AbortSignal): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, signal).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) return callback(new DialError({ code: 'ENOTFOUND' }), '');
        if (!addresses.every(({ address }) => mayDial(address, allowed))) {
          return callback(new DialRefused(), '');
        }
        return options.all === true
          ? callback(null, [...addresses])
          : callback(null, first.address, first.family);
      },
      (error: unknown) => callback(new DialError(error), ''),
    );
  };
}
