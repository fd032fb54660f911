import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';

interface SearchFormProps {
  readonly label: string;
  /** What the button says that opens what is named. */
  readonly verb: string;
  readonly onOpen: (text: string) => void;
  /** Not given: the field begins empty, and keeps its text itself. */
  readonly text?: string;
  readonly onText?: (text: string) => void;
}

/** A field for a name, and a button that opens what has it. */
export function SearchForm({ label, verb, onOpen, text, onText }: SearchFormProps): JSX.Element {
  const id = useId();
  const [typed, setTyped] = useState('');
  const shown = text ?? typed;
  const open = (event: Event): void => {
    event.preventDefault();
    if (shown !== '') onOpen(shown);
  };
  return (
    <form class="bar" role="search" onSubmit={open}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        value={shown}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget: { value } }) => (onText ?? setTyped)(value)}
      />
      <button type="submit" disabled={shown === ''}>
        {verb}
      </button>
    </form>
  );
}
