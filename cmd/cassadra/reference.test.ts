import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Command } from 'commander';
import { noteOf, projectDirectory, storeSettings } from '../../src/runtime/index.js';
import { createProgram } from './program.js';
import { REFERENCE_HEADING, referenceOf } from './reference.js';

const HOW_TO_WRITE = 'write it anew with WRITE_DOCS=1 npm test -- cmd/cassadra/reference';

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

describe('docs/cli.md', () => {
  test('names every command, flag and exit code, and no other', async () => {
    const path = join(projectDirectory(), 'docs', 'cli.md');
    const text = await readFile(path, 'utf8');
    const start = text.indexOf(`\n${REFERENCE_HEADING}\n`) + 1;
    assert.ok(start > 0, `docs/cli.md has no ${REFERENCE_HEADING}`);
    const reference = referenceOf(createProgram());
    if (process.env['WRITE_DOCS'] === '1') {
      await writeFile(path, `${text.slice(0, start)}${reference}`);
    } else {
      assert.equal(text.slice(start), reference, HOW_TO_WRITE);
    }
  });
});

describe('the commands', () => {
  test('each has a description, and --json where it prints something', () => {
    const silent = ['serve', 'completion'];
    for (const command of allCommands(createProgram())) {
      assert.notEqual(command.description(), '', command.name());
      const leaf = command.commands.length === 0 && !silent.includes(command.name());
      if (leaf)
        assert.ok(
          command.options.some(({ long }) => long === '--json'),
          command.name(),
        );
    }
  });

  test('each has a help with examples', () => {
    for (const command of allCommands(createProgram())) {
      if (command.commands.length > 0) continue;
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      assert.match(help, /Examples:\n {2}\$ cassadra /, command.name());
    }
  });

  test('serve has a flag for each setting but the secret ones', () => {
    const serve = createProgram().commands.find((command) => command.name() === 'serve');
    const flags = serve?.options.map(({ long }) => long);
    const wanted = Object.entries(storeSettings.shape)
      .filter(([, schema]) => noteOf(schema).secret !== true)
      .map(([variable]) => `--${variable.toLowerCase().replaceAll('_', '-')}`);
    assert.deepEqual(flags?.toSorted(), wanted.toSorted());
    assert.ok(!flags?.includes('--cassandra-password'));
  });
});
