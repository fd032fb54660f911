import type { JSX } from 'preact';
import type { RangeEnd } from './replay-order.js';

interface RangeFieldProps {
  readonly id: string;
  readonly label: string;
  readonly end: RangeEnd;
  readonly onEnd: (end: RangeEnd) => void;
}

/** One end of a range of time. */
export function RangeField({ id, label, end, onEnd }: RangeFieldProps): JSX.Element {
  const look = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void => {
    const { value, validity } = currentTarget;
    if (value === end.text && validity.badInput === end.unfinished) return;
    onEnd({ text: value, unfinished: validity.badInput });
  };
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        value={end.text}
        onInput={look}
        // browsers tell of no input while an empty field is half filled
        onKeyUp={look}
        onBlur={look}
      />
    </>
  );
}
