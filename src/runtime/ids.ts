import { v5, v7 } from 'uuid';

/** Makes ids. Texts are canonical UUIDs in lower case. */
export interface Ids {
  /** A new id that sorts by time (version 7). */
  newId(): string;
  /** The same id for the same name in a namespace (version 5). */
  nameId(name: string, namespace: string): string;
}

export const systemIds: Ids = {
  newId: () => v7(),
  nameId: (name, namespace) => v5(name, namespace),
};
