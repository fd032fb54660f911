import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ROOT } from './readme-runner.js';

/** A YAML file of the checkout, as JSON has it. Throws when it does not parse. */
export function readYaml(path: string): unknown {
  return parse(readFileSync(`${ROOT}${path}`, 'utf8'), { strict: true });
}
