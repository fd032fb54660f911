import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../../../src/runtime/index.js';
import type { Mutation } from './mutation.js';

const PATCH_NAME = /^(?<number>\d\d)-(?<name>[a-z0-9-]+)\.patch$/;
const FIRST_DIFF = /^diff --git /m;
/** An indented line belongs to the field of the line before. */
const GOES_ON = /\n +/g;
const FIELD = /^(?<field>[A-Z][a-z ]+): (?<value>.*)$/;
const FIELDS = ['Bug', 'Known from', 'Breaks', 'Test', 'Only', 'Needs', 'Shows', 'Quick'];
const PATCHES = join(projectDirectory(), 'test/faults/mutations/patches');

/** All mutations, by number. Throws when the head of a patch is not as it should be. */
export async function readMutations(): Promise<readonly Mutation[]> {
  const names = (await readdir(PATCHES)).sort();
  const mutations = await Promise.all(
    names.map(async (name) => parseMutation(name, await readFile(join(PATCHES, name), 'utf8'))),
  );
  const numbers = new Set(mutations.map(({ number }) => number));
  if (numbers.size < mutations.length) throw new Error('two patches have the same number');
  return mutations;
}

/** What stands before the first diff of a patch: `Field: text`, going on in indented lines. */
export function parseMutation(fileName: string, text: string): Mutation {
  const { number, name } = PATCH_NAME.exec(fileName)?.groups ?? {};
  if (number === undefined || name === undefined) {
    throw new Error(`${fileName} is not called NN-name.patch`);
  }
  const fields = fieldsOf(fileName, text);
  const wanted = (field: string): string => {
    const value = fields.get(field);
    if (value === undefined) throw new Error(`${fileName} has no line "${field}: …"`);
    return value;
  };
  const needs = fields.get('Needs');
  if (needs !== undefined && needs !== 'Cassandra') {
    throw new Error(`${fileName} needs ${needs}, which is not known`);
  }
  return {
    number: Number(number),
    name,
    patch: join(PATCHES, fileName),
    bug: wanted('Bug'),
    knownFrom: wanted('Known from'),
    breaks: wanted('Breaks'),
    command: {
      file: wanted('Test'),
      only: fields.get('Only'),
      needsCassandra: needs !== undefined,
    },
    shows: new RegExp(wanted('Shows')),
    quick: fields.get('Quick') === 'yes',
  };
}

function fieldsOf(fileName: string, text: string): ReadonlyMap<string, string> {
  const head = text.slice(0, FIRST_DIFF.exec(text)?.index ?? 0);
  if (head === '') throw new Error(`${fileName} has no head, or no diff`);
  const lines = head.trim().replaceAll(GOES_ON, ' ').split('\n');
  return new Map(
    lines.map((line) => {
      const { field = '', value = '' } = FIELD.exec(line)?.groups ?? {};
      if (!FIELDS.includes(field)) throw new Error(`${fileName}: unknown field in "${line}"`);
      return [field, value.trim()];
    }),
  );
}
