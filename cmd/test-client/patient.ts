import type { NewStoregrpcEvent, StoregrpcEvent } from '../../src/client/index.js';

/** Codes of the demo's event types. */
export const PATIENT_TYPES = { admitted: 1, transferred: 2, discharged: 3 } as const;

interface PatientState {
  readonly version: number;
  readonly name: string;
  readonly ward: string | undefined;
}

const NOBODY: PatientState = { version: 0, name: '', ward: undefined };

type Facts = Readonly<Record<string, string>>;

function factsOf(payload: string): Facts {
  const parsed: unknown = JSON.parse(payload);
  if (typeof parsed !== 'object' || parsed === null) return {};
  const entries = Object.entries(parsed);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

function nextState(state: PatientState, { type, payload }: NewStoregrpcEvent): PatientState {
  const version = state.version + 1;
  const facts = factsOf(payload);
  switch (type) {
    case PATIENT_TYPES.admitted:
      return { version, name: facts['name'] ?? '', ward: facts['ward'] };
    case PATIENT_TYPES.transferred:
      return { ...state, version, ward: facts['ward'] };
    case PATIENT_TYPES.discharged:
      return { ...state, version, ward: undefined };
    default:
      return { ...state, version };
  }
}

/** A patient: what it is follows from its events alone. */
export class Patient {
  readonly id: string;
  #state = NOBODY;

  private constructor(id: string) {
    this.id = id;
  }

  /** Rebuilds a patient from its stream; no events: somebody not admitted yet. */
  static from(id: string, events: readonly (NewStoregrpcEvent | StoregrpcEvent)[]): Patient {
    const patient = new Patient(id);
    for (const event of events) patient.apply(event);
    return patient;
  }

  get version(): number {
    return this.#state.version;
  }

  get name(): string {
    return this.#state.name;
  }

  /** Undefined: not in the hospital. */
  get ward(): string | undefined {
    return this.#state.ward;
  }

  apply(event: NewStoregrpcEvent): void {
    this.#state = nextState(this.#state, event);
  }

  admit(name: string, ward: string): NewStoregrpcEvent {
    if (this.version > 0) throw new Error(`${this.name} is known already`);
    return { type: PATIENT_TYPES.admitted, payload: JSON.stringify({ name, ward }) };
  }

  transfer(ward: string): NewStoregrpcEvent {
    if (this.ward === undefined) throw new Error(`${this.name} is not in the hospital`);
    return { type: PATIENT_TYPES.transferred, payload: JSON.stringify({ ward }) };
  }

  discharge(): NewStoregrpcEvent {
    if (this.ward === undefined) throw new Error(`${this.name} is not in the hospital`);
    return { type: PATIENT_TYPES.discharged, payload: JSON.stringify({ from: this.ward }) };
  }
}
