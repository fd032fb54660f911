import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROOT } from './readme-runner.js';

/** The program of the package `yaml`, which the lock file has because knip needs it. */
const YAML = `${ROOT}node_modules/yaml/bin.mjs`;

/** A YAML file of the checkout, as JSON has it. Throws when it does not parse. */
export function readYaml(path: string): unknown {
  const input = readFileSync(`${ROOT}${path}`);
  const args = [YAML, '--json', '--strict', '--single'];
  return JSON.parse(execFileSync(process.execPath, args, { input }).toString());
}
