import { randomUUID } from 'node:crypto';
import {
  OutcomeUnknownError,
  StoreUnavailableError,
  VersionConflictError,
  type StoregrpcClient,
  type NewStoregrpcEvent,
} from '../../src/client/index.js';
import { Patient, PATIENT_TYPES } from './patient.js';

const TRIES = 3;
const BATCH_SIZE = 100;

/** Appends and applies. A try that may have been written is repeated under the same append id. */
async function record(
  client: StoregrpcClient,
  patient: Patient,
  event: NewStoregrpcEvent,
): Promise<void> {
  const call = {
    id: patient.id,
    version: patient.version,
    events: [event],
    appendId: randomUUID(),
  };
  for (let tries = 1; ; tries += 1) {
    try {
      await client.update(call);
      break;
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError) || tries === TRIES) throw error;
    }
  }
  patient.apply(event);
}

async function countType(client: StoregrpcClient, type: number, fromMs: number): Promise<number> {
  let count = 0;
  for (let sinceMs = fromMs - 1; ; ) {
    const page = await client.findByType({ type, sinceMs, batchSize: BATCH_SIZE });
    if (page.events.length === 0) return count;
    count += page.events.length;
    sinceMs = page.latestMs;
  }
}

async function staleWrite(client: StoregrpcClient, patient: Patient): Promise<string> {
  const event = { type: PATIENT_TYPES.transferred, payload: '{"ward":"nowhere"}' };
  try {
    await client.update({ id: patient.id, version: 1, events: [event] });
  } catch (error) {
    if (!(error instanceof VersionConflictError)) throw error;
    return `${error.message} (current version ${error.currentVersion ?? 'not told'})`;
  }
  throw new Error('a stale write was accepted');
}

/** Admits, transfers and discharges patients, then shows what the store can do with that. */
export async function runDemo(
  client: StoregrpcClient,
  print: (line: string) => void,
): Promise<void> {
  const [ann, bob, eve] = [randomUUID(), randomUUID(), randomUUID()].map((id) =>
    Patient.from(id, []),
  );
  if (ann === undefined || bob === undefined || eve === undefined) return;
  const step = async (patient: Patient, event: NewStoregrpcEvent): Promise<void> => {
    await record(client, patient, event);
    const place = patient.ward === undefined ? 'went home' : `is in ward ${patient.ward}`;
    print(`  ${patient.name} ${place} (version ${patient.version})`);
  };
  print('Patients come and go:');
  await step(ann, ann.admit('Ann', 'A'));
  const started = await client.findById(ann.id);
  await step(bob, bob.admit('Bob', 'A'));
  await step(eve, eve.admit('Eve', 'B'));
  await step(ann, ann.transfer('C'));
  await step(bob, bob.transfer('D'));
  await step(ann, ann.discharge());

  const counts: string[] = [];
  for (const [name, type] of Object.entries(PATIENT_TYPES)) {
    counts.push(`${name} ${await countType(client, type, started.latestMs)}`);
  }
  print(`Events by type since the start: ${counts.join(', ')}`);

  const { events } = await client.findById(ann.id);
  const rebuilt = Patient.from(ann.id, events);
  const place = rebuilt.ward === undefined ? 'not in the hospital' : `in ward ${rebuilt.ward}`;
  print(`${rebuilt.name} rebuilt from ${events.length} events: ${place}`);
  print(`A write by somebody who saw only version 1: ${await staleWrite(client, ann)}`);
}

/** What to tell a person when the demo cannot go on. */
export function explainFailure(error: unknown, address: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof StoreUnavailableError) {
    return new Error(`The store at ${address} cannot be reached: ${reason}\nIs it up? (npm start)`);
  }
  return new Error(`The demo failed at ${address}: ${reason}`);
}
