import type { JSX } from 'preact';
import { indentJson } from '../../parts/indent-json.js';

interface JsonFieldProps {
  readonly id: string;
  readonly label: string;
  readonly rows: number;
  readonly value: string;
  /** Why it is not what it must be. */
  readonly problem: string | undefined;
  readonly onValue: (value: string) => void;
}

/** A field for JSON, which says where it is none. */
export function JsonField(props: JsonFieldProps): JSX.Element {
  const { id, label, rows, value, problem, onValue } = props;
  const indented = indentJson(value);
  return (
    <>
      <div class="bar">
        <label for={id}>{label}</label>
        <button
          type="button"
          class="plain"
          disabled={indented === undefined}
          onClick={() => onValue(indented ?? value)}
        >
          Indent<span class="unseen"> {label}</span>
        </button>
      </div>
      <textarea
        id={id}
        rows={rows}
        spellcheck={false}
        value={value}
        aria-describedby={`${id}-problem`}
        {...(problem === undefined ? {} : { 'aria-invalid': true })}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="error">
        {problem ?? ''}
      </p>
    </>
  );
}
