import type { JSX } from 'preact';

interface FigureProps {
  readonly name: string;
  /** Undefined: nothing is known. */
  readonly value: string | undefined;
  readonly note?: string | undefined;
  readonly tone?: 'good' | 'warn' | 'bad' | undefined;
}

/** One number that counts. The tone is said in words by `note`, not by its colour alone. */
export function Figure({ name, value, note, tone }: FigureProps): JSX.Element {
  return (
    <div class={`figure ${tone ?? ''}`}>
      <dt>{name}</dt>
      <dd>
        {value ?? '–'}
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}
