import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFileRegistry,
  fromBinary,
  type DescField,
  type DescMessage,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import * as eventStore from '../../gen/cassadra/v1/event_store.js';
import * as scheduler from '../../gen/cassadra/v1/scheduler.js';
import { DESCRIPTOR_SET_BASE64 } from '../../gen/descriptors.js';
import { EVENT_STORE_CODECS, EVENT_STORE_NAME } from './event-store-methods.js';
import { SCHEDULER_CODECS, SCHEDULER_NAME } from './scheduler-methods.js';
import { RECURRING_NAME, SCHEDULE_CODECS } from './schedules/schedule-codecs.js';
import { MAP_ENTRY, type NestedFields } from './strict-message.js';
import { SWEEP_CODECS } from './sweeps/sweep-codecs.js';
import {
  APPLICATION_CODECS,
  DESTINATION_CODECS,
  SECRET_CODECS,
  TENANT_NAME,
} from './tenants/tenant-codecs.js';

const DESCRIPTORS = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTOR_SET_BASE64, 'base64')),
);

interface Codec {
  readonly request: object;
  readonly nested: NestedFields;
}

/** A map's entries are looked into for their keys only. */
function nestedOf(field: DescField): NestedFields | undefined {
  if (field.fieldKind === 'map') return MAP_ENTRY;
  return field.message === undefined ? undefined : fieldsInside(field.message);
}

function fieldsInside(message: DescMessage): NestedFields {
  const inside = message.fields.flatMap((field) => {
    const nested = nestedOf(field);
    return nested === undefined ? [] : [[field.number, nested] as const];
  });
  return Object.fromEntries(inside);
}

/** Equal, and map entries where they are. */
function sameNested(actual: NestedFields, wanted: NestedFields): boolean {
  if ((wanted === MAP_ENTRY) !== (actual === MAP_ENTRY)) return false;
  const numbers = Object.keys(wanted).map(Number);
  if (Object.keys(actual).length !== numbers.length) return false;
  return numbers.every((number) => {
    const [mine, theirs] = [actual[number], wanted[number]];
    return mine !== undefined && theirs !== undefined && sameNested(mine, theirs);
  });
}

const SERVICES: Readonly<Record<string, readonly Codec[]>> = {
  [EVENT_STORE_NAME]: Object.values(EVENT_STORE_CODECS),
  [SCHEDULER_NAME]: [...Object.values(SCHEDULER_CODECS), ...Object.values(SWEEP_CODECS)],
  [RECURRING_NAME]: Object.values(SCHEDULE_CODECS),
  [TENANT_NAME]: [
    ...Object.values(APPLICATION_CODECS),
    ...Object.values(DESTINATION_CODECS),
    ...Object.values(SECRET_CODECS),
  ],
};

/** Generated messages by the names under which they are exported. */
const NAMES: ReadonlyMap<unknown, string> = new Map(
  [...Object.entries(eventStore), ...Object.entries(scheduler)].map(([name, value]) => [
    value,
    name,
  ]),
);

for (const [name, codecs] of Object.entries(SERVICES)) {
  test(`${name}: messages inside of requests are read as strictly as those around them`, () => {
    const methods = DESCRIPTORS.getService(name)?.methods ?? [];
    assert.equal(codecs.length, methods.length);
    for (const { input } of methods) {
      const codec = codecs.find(({ request }) => NAMES.get(request) === input.name);
      assert.ok(codec, input.name);
      assert.ok(sameNested(codec.nested, fieldsInside(input)), input.name);
    }
  });
}
