import { readFileSync } from 'node:fs';
import { inCheckout } from '../subjects/cassadra/in-checkout.js';

/** Of the product, as in its package.json. */
export function productVersion(): string {
  return `${versionIn('package.json')} of this checkout`;
}

/** Packages of npm as they are installed for the bench: 'pg-boss 10.4.2, pg 8.23.1'. */
export function packageVersions(...names: readonly string[]): string {
  const versionOf = (name: string): string => versionIn(`bench/node_modules/${name}/package.json`);
  return names.map((name) => `${name} ${versionOf(name)}`).join(', ');
}

function versionIn(file: string): string {
  const { version } = JSON.parse(readFileSync(inCheckout(file), 'utf8')) as { version: string };
  return version;
}
