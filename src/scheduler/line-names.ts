import type { DueEntry } from '../storage/index.js';
import type { Cap } from './gate.js';

/** Names of the lines in which entries wait: for the gate, a limit, or the end of a pause. */
export const TOTAL_LINE = 't';
export const destinationLine = (destination: string): string => `d ${destination}`;
export const applicationLine = (application: string): string => `a ${application}`;
export const limitLine = (limit: string): string => `l ${limit}`;
export const pausedLine = (application: string): string => `p ${application}`;

export function lineOf(cap: Cap, { destination, key }: DueEntry): string {
  if (cap === 'destination') return destinationLine(destination);
  return cap === 'application' ? applicationLine(key.application) : TOTAL_LINE;
}
