import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ERROR_CATALOGUE } from '../../src/core/index.js';
import {
  parseSettings,
  schedulerSettings,
  SETTING_TABLES,
  storeSettings,
} from '../../src/runtime/index.js';
import { fileNameOf, readGuide } from './guide-files.js';
import { ROOT } from './readme-runner.js';

const NAMES = readdirSync(`${ROOT}docs/guides`).map((file) => file.replace(/\.md$/, ''));

/** Settings, codes, and words of other programs. */
const KNOWN = new Set([
  ...SETTING_TABLES.flatMap(({ shape }) => Object.keys(shape)),
  ...Object.entries(ERROR_CATALOGUE).flatMap(([code, { grpc }]) => [code, grpc]),
  ...[
    'LOCAL_SERIAL',
    'LOCAL_QUORUM',
    'EACH_QUORUM',
    'NODE_OPTIONS',
    'MAX_HEAP_SIZE',
    'CASSADRA_ENVOY',
    'NODE_EXTRA_CA_CERTS',
  ],
]);

/** In code, or in capitals with an underscore: what looks like a variable. */
function variablesIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w$./-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w/]|_…)/g)].map(
    ([name]) => name,
  );
}

function environmentOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([A-Z_0-9]+)=(.*)$/.exec(line) ?? [];
      assert.notEqual(name, '', line);
      return [name, value];
    }),
  );
}

describe('variables in the guides', () => {
  for (const name of NAMES) {
    test(`${name}: each is one of the settings`, () => {
      const { text } = readGuide(name);
      assert.deepEqual(
        variablesIn(text).filter((variable) => !KNOWN.has(variable)),
        [],
      );
    });
  }

  test('the files of variables are accepted by their program', () => {
    let files = 0;
    for (const block of NAMES.flatMap((name) => readGuide(name).blocks)) {
      const file = fileNameOf(block);
      if (file?.endsWith('.env') !== true || block.language !== 'ini') continue;
      files += 1;
      const env = environmentOf(block.text);
      for (const variable of Object.keys(env)) assert.ok(KNOWN.has(variable), variable);
      parseSettings(file === 'scheduler.env' ? schedulerSettings : storeSettings, env);
    }
    assert.ok(files >= 5);
  });
});
