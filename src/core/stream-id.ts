import { parseUuid, type Uuid } from './uuid.js';

/** A stream: its storage id, and its name when the caller used a name instead of a UUID. */
export interface StreamRef {
  readonly id: Uuid;
  readonly name: string | undefined;
}

/** Name-based (version 5) UUID of a name; a component, since hashing is not a rule of ours. */
export type NameToUuid = (name: string) => Uuid;

/** The namespace in which stream names become ids. Fixed for ever: changing it loses every name. */
export const STREAM_NAMESPACE = '6f6d2f0e-8a55-5c8e-9d5b-3f1c0b7a4e21';

/** A canonical UUID (either case) is the id itself; any other text is a name. */
export function streamRef(text: string, nameToUuid: NameToUuid): StreamRef {
  const id = parseUuid(text);
  return id === undefined ? { id: nameToUuid(text), name: text } : { id, name: undefined };
}
