import type { JSX } from 'preact';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly type: 'text' | 'search' | 'number';
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly min?: number;
  readonly max?: number;
  /** The id of what is suggested. */
  readonly list?: string;
}

/** A field of one line, and its label beside or above it. */
export function Field({ id, label, onValue, ...rest }: FieldProps): JSX.Element {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        {...rest}
        id={id}
        spellcheck={false}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </>
  );
}
