import type { JSX } from 'preact';

interface BarsProps {
  readonly label: string;
  readonly bars: readonly { readonly name: string; readonly count: number }[];
}

/** A histogram: the lengths say how many. */
export function Bars({ label, bars }: BarsProps): JSX.Element {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <table class="bars" aria-label={label}>
      <tbody>
        {bars.map(({ name, count }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <meter min={0} max={most} value={count} aria-hidden="true" />
            </td>
            <td class="number">{count.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
