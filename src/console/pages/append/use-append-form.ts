import { useMemo, useRef, useState } from 'preact/hooks';
import type { EventType, Expectation } from '../../api/events.js';
import { missingRole, useConsole } from '../../app/console-context.js';
import { newUuid } from '../../app/new-uuid.js';
import { useAct, type Act } from '../../app/use-act.js';
import { useLoaded, type Loaded } from '../../app/use-loaded.js';
import { jsonProblem } from './json-problem.js';
import { metadataProblem, readMetadata } from './metadata-text.js';

/** What somebody has filled in. */
export interface AppendFields {
  readonly stream: string;
  readonly kind: Expectation['kind'];
  readonly version: string;
  readonly type: string;
  readonly json: string;
  readonly metadata: string;
}

interface Problems {
  readonly json: string | undefined;
  readonly metadata: string | undefined;
}

export interface AppendForm extends Act {
  readonly fields: AppendFields;
  readonly change: (fields: Partial<AppendFields>) => void;
  /** Why the texts are not what they must be. */
  readonly problems: Problems;
  /** Why it cannot be sent as it is. */
  readonly hindrance: string | undefined;
  readonly append: () => Promise<void>;
  /** What is sent next is another event than what was tried. */
  readonly renew: () => void;
  /** What was written last. */
  readonly done: { readonly stream: string; readonly version: number } | undefined;
  readonly state: Loaded<unknown>;
  readonly types: readonly EventType[];
}

/** An event that is written by hand, for the stream that is given, or any. */
export function useAppendForm(given: string): AppendForm {
  const { events, session, say } = useConsole();
  const [fields, setFields] = useState<AppendFields>({
    ...{ stream: given, kind: given === '' ? 'no-stream' : 'exact', version: '' },
    ...{ type: '', json: '{\n  \n}', metadata: '' },
  });
  const [changes, setChanges] = useState(0);
  const [writtenAt, setWrittenAt] = useState(-1);
  const versionIsTheirs = useRef(false);
  const change = (some: Partial<AppendFields>): void => {
    if (some.stream !== undefined || some.version !== undefined) versionIsTheirs.current = true;
    setFields((all) => ({ ...all, ...some }));
    setChanges((count) => count + 1);
  };
  const [done, setDone] = useState<AppendForm['done']>(undefined);
  // the same until it is written: what is sent again is not written again
  const [eventId, setEventId] = useState(newUuid);
  const trying = useAct();
  const state = useLoaded(`append ${given}`, async (signal) => {
    if (given === '') return;
    const { currentVersion } = await events.streamState(given, signal);
    if (versionIsTheirs.current) return;
    setFields((all) => ({ ...all, version: String(currentVersion) }));
  });
  const types = useLoaded('types', async (signal) =>
    missingRole(session, 'read') === undefined ? await events.listTypes(signal) : [],
  );
  const append = (): Promise<void> =>
    trying.act(async () => {
      setDone(undefined);
      const { stream, type, json } = fields;
      const metadata = readMetadata(fields.metadata);
      const order = { stream, type, json, metadata, eventId, expectation: expectationOf(fields) };
      const { lastVersion, duplicate } = await events.append(order);
      versionIsTheirs.current = true;
      setDone({ stream, version: lastVersion });
      setEventId(newUuid());
      setWrittenAt(changes);
      setFields((all) =>
        all.stream === stream ? { ...all, kind: 'exact', version: String(lastVersion) } : all,
      );
      say(duplicate ? 'It was written before.' : `Written as version ${String(lastVersion)}.`);
    });
  const renew = (): void => {
    setEventId(newUuid());
    trying.forget();
  };
  const { json, metadata } = fields;
  const problems = useMemo(
    () => ({ json: jsonProblem(json), metadata: metadataProblem(metadata) }),
    [json, metadata],
  );
  // a second click would otherwise write a second event
  const hindrance =
    writtenAt === changes ? 'Written; change something first' : hindranceOf(fields, problems);
  const form = { fields, change, problems, hindrance, append, renew, done, state };
  return { ...trying, ...form, types: types.value ?? [] };
}

function expectationOf({ kind, version }: AppendFields): Expectation {
  return kind === 'exact' ? { kind, version: Number(version) } : { kind };
}

function hindranceOf(fields: AppendFields, problems: Problems): string | undefined {
  const { stream, kind, version, type } = fields;
  if (stream === '') return 'Name the stream';
  if (kind === 'exact' && !/^\d+$/.test(version)) return 'Say at which version the stream must be';
  if (type === '') return 'Name the type';
  if (problems.json !== undefined) return 'The payload is not JSON yet';
  return problems.metadata === undefined ? undefined : 'The metadata are not as they must be';
}
