import type { Application, Destination, RateLimits, SigningKey } from '../../src/client/index.js';
import { printable } from './printable.js';
import { momentText } from './times.js';

function limitsText({ ratePerSecond, concurrency }: RateLimits): string {
  const rate = ratePerSecond === undefined ? 'any rate' : `${ratePerSecond} a second`;
  return `${rate}, ${concurrency === undefined ? 'any number' : concurrency} at once`;
}

/** An application on one line for people. */
export function applicationText({
  application,
  policy,
  paused,
  pendingCount,
}: Application): string {
  const { priority = 'normal', pendingMax, failureEvent } = policy;
  const parts = [
    `${application} ${priority}`,
    limitsText(policy),
    ...(pendingMax === undefined ? [] : [`up to ${pendingMax} pending`]),
    ...(failureEvent === undefined
      ? []
      : [`failures append ${failureEvent.type} to ${failureEvent.stream}`]),
    ...(pendingCount === undefined ? [] : [`${pendingCount} pending now`]),
    ...(paused === undefined ? [] : [`paused since ${momentText(paused.sinceMs)}`]),
    ...(paused === undefined || paused.note === '' ? [] : [paused.note]),
  ];
  return printable(parts.join(', '));
}

/** A destination on one line for people. */
export function destinationText(place: Destination): string {
  const { destination, limits, disabled, credentials } = place;
  const parts = [
    `${destination} ${limitsText(limits)}`,
    ...(credentials === undefined
      ? []
      : [`${credentials.kind} credentials of ${momentText(credentials.setMs)}`]),
    ...(disabled === undefined
      ? []
      : [`disabled since ${momentText(disabled.sinceMs)} by ${disabled.eventId}`]),
  ];
  return printable(parts.join(', '));
}

/** A signing key on one line for people. */
export function keyText({ keyId, kind, createdMs, publicKey }: SigningKey): string {
  const shown = publicKey === undefined ? '' : ` ${publicKey}`;
  return printable(`${keyId} ${kind} of ${momentText(createdMs)}${shown}`);
}
