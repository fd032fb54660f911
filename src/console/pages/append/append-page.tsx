import type { JSX } from 'preact';
import { ApiError } from '../../api/api-error.js';
import type { Expectation } from '../../api/events.js';
import { missingRole, useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { Action } from '../../parts/action.js';
import { Field } from '../../parts/field.js';
import { Problem } from '../../parts/problem.js';
import { Conflict } from './conflict.js';
import { EventIdReused } from './event-id-reused.js';
import { JsonField } from './json-field.js';
import { useAppendForm, type AppendForm } from './use-append-form.js';

const KINDS: readonly (readonly [Expectation['kind'], string])[] = [
  ['exact', 'it is at exactly this version'],
  ['no-stream', 'there is no such stream'],
  ['stream-exists', 'the stream exists'],
  ['any', 'whatever it is'],
];

/** One event is appended by hand. */
export function AppendPage({ stream: given }: { readonly stream: string }): JSX.Element {
  const { session } = useConsole();
  const form = useAppendForm(given);
  const { fields, change, problems, hindrance, append, done, state } = form;
  const missing = missingRole(session, 'append');
  return (
    <>
      <h1>Append an event</h1>
      {missing !== undefined && <p class="error">{missing}.</p>}
      {state.error !== undefined && <Problem error={state.error} onRetry={state.reload} />}
      <form class="card form" onSubmit={(event) => event.preventDefault()}>
        <Field
          id="stream"
          label="Stream"
          type="text"
          value={fields.stream}
          onValue={(stream) => change({ stream })}
        />
        <Expected form={form} />
        <TypeField form={form} />
        <JsonField
          id="json"
          label="Payload, JSON"
          rows={10}
          value={fields.json}
          problem={problems.json}
          onValue={(json) => change({ json })}
        />
        <JsonField
          id="metadata"
          label="Metadata, a JSON object of texts (may be empty)"
          rows={3}
          value={fields.metadata}
          problem={problems.metadata}
          onValue={(metadata) => change({ metadata })}
        />
        <Action role="append" class="main" hindrance={hindrance} onClick={append}>
          Append
        </Action>
        {hindrance !== undefined && missing === undefined && <p class="quiet">{hindrance}.</p>}
      </form>
      <Failure form={form} />
      {done !== undefined && (
        <p class="done" role="status">
          Written:{' '}
          <Link to={addressOf(['streams', done.stream, done.version])}>
            {done.stream}, version {done.version}
          </Link>
        </p>
      )}
    </>
  );
}

function Failure({ form }: { readonly form: AppendForm }): JSX.Element | null {
  const { fields, change, failure, forget, append, renew } = form;
  if (failure === undefined) return null;
  const code = failure instanceof ApiError ? failure.code : '';
  if (failure instanceof ApiError && code === 'VERSION_CONFLICT') {
    return (
      <Conflict
        error={failure}
        stream={fields.stream}
        onTake={(version) => {
          change({ kind: 'exact', version });
          forget();
        }}
      />
    );
  }
  if (code === 'EVENT_ID_REUSED') return <EventIdReused stream={fields.stream} onRenew={renew} />;
  return <Problem error={failure} onRetry={() => void append()} />;
}

function Expected({ form: { fields, change } }: { readonly form: AppendForm }): JSX.Element {
  return (
    <fieldset>
      <legend>Append when</legend>
      {KINDS.map(([kind, text]) => (
        <label key={kind} class="choice">
          <input
            type="radio"
            name="expectation"
            checked={fields.kind === kind}
            onChange={() => change({ kind })}
          />
          {text}
        </label>
      ))}
      {fields.kind === 'exact' && (
        <div class="bar">
          <Field
            id="expected"
            label="Version of its last event"
            type="number"
            min={0}
            value={fields.version}
            onValue={(version) => change({ version })}
          />
        </div>
      )}
    </fieldset>
  );
}

function TypeField({ form }: { readonly form: AppendForm }): JSX.Element {
  const { fields, change, types } = form;
  return (
    <>
      <Field
        id="type"
        label="Type"
        type="text"
        list="types"
        value={fields.type}
        onValue={(type) => change({ type })}
      />
      <datalist id="types">
        {types
          .filter(({ name }) => name !== '')
          .map(({ name, code }) => (
            <option key={code} value={name} />
          ))}
      </datalist>
    </>
  );
}
