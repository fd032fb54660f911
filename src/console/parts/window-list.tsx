import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeptPlace } from './use-kept-place.js';

/** Browsers lay out no higher element; beyond, a pixel of the bar stands for several. */
const HEIGHT_MAX_PX = 8_000_000;
/** Rows beyond those in sight, so that scrolling shows no gap. */
const SPARE_ROWS = 8;

export interface WindowListProps {
  readonly count: number;
  readonly rowPx: number;
  /** What is in the list, for who does not see it. */
  readonly label: string;
  readonly row: (index: number) => JSX.Element;
  /** What a row is, wherever it stands. Not given: its place. */
  readonly keyOf?: (index: number) => number;
  /** New rows come before the first one. */
  readonly growsAtTop?: boolean;
  /** The row to be brought into sight when another one is meant. */
  readonly target?: number | undefined;
  /** The row that is chosen: arrows move it. */
  readonly chosen?: number | undefined;
  readonly onChoose?: ((index: number) => void) | undefined;
  /** Told of the rows in sight, both included. */
  readonly onWindow?: ((first: number, last: number) => void) | undefined;
}

/** A list of any length of which only the rows in sight are in the document. */
export function WindowList(props: WindowListProps): JSX.Element {
  const { count, rowPx, label, row, target, chosen, onChoose, onWindow } = props;
  const { keyOf = samePlace, growsAtTop = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ topPx: 0, heightPx: 600 });
  const wholePx = count * rowPx;
  const barPx = Math.min(wholePx, HEIGHT_MAX_PX);
  const travel = Math.max(1, barPx - view.heightPx);
  const scale = Math.max(1, (wholePx - view.heightPx) / travel);
  const offsetPx = view.topPx * scale;
  const first = Math.max(0, Math.floor(offsetPx / rowPx) - SPARE_ROWS);
  const last = Math.min(count - 1, Math.ceil((offsetPx + view.heightPx) / rowPx) + SPARE_ROWS);

  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const measure = (): void =>
      setView({ topPx: current.scrollTop, heightPx: Math.max(rowPx, current.clientHeight) });
    const sizes = new ResizeObserver(measure);
    sizes.observe(current);
    current.addEventListener('scroll', measure, { passive: true });
    return () => {
      sizes.disconnect();
      current.removeEventListener('scroll', measure);
    };
  }, [rowPx]);

  useKeptPlace(box, { count, rowPx, scale, growsAtTop });

  const show = (index: number): void => {
    const { current } = box;
    if (current === null) return;
    const topPx = index * rowPx;
    const inSight = topPx >= offsetPx && topPx + rowPx <= offsetPx + view.heightPx;
    if (!inSight) current.scrollTop = (topPx - view.heightPx / 3) / scale;
  };
  useEffect(() => {
    if (target !== undefined) show(target);
  }, [target === undefined ? undefined : keyOf(target), growsAtTop, count > 0]);
  useEffect(() => {
    if (count > 0) onWindow?.(first, last);
  }, [first, last, count, growsAtTop]);

  const press = (event: KeyboardEvent): void => {
    const to = movedTo(event.key, chosen ?? first, count, Math.floor(view.heightPx / rowPx));
    if (to === undefined || onChoose === undefined) return;
    event.preventDefault();
    onChoose(to);
    show(to);
  };
  const rows: JSX.Element[] = [];
  for (let index = first; index <= last; index += 1) {
    const style = {
      top: `${String(index * rowPx - offsetPx + view.topPx)}px`,
      height: `${String(rowPx)}px`,
    };
    rows.push(
      <div
        key={keyOf(index)}
        role="listitem"
        aria-setsize={count}
        aria-posinset={index + 1}
        class="window-row"
        style={style}
      >
        {row(index)}
      </div>,
    );
  }
  return (
    <div ref={box} class="window" tabIndex={0} role="list" aria-label={label} onKeyDown={press}>
      <div class="window-whole" role="presentation" style={{ height: `${String(barPx)}px` }}>
        {rows}
      </div>
    </div>
  );
}

function samePlace(index: number): number {
  return index;
}

function movedTo(key: string, from: number, count: number, page: number): number | undefined {
  const within = (index: number): number => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return within(from + 1);
    case 'ArrowUp':
    case 'k':
      return within(from - 1);
    case 'PageDown':
      return within(from + page);
    case 'PageUp':
      return within(from - page);
    case 'Home':
      return within(0);
    case 'End':
      return within(count - 1);
    default:
      return undefined;
  }
}
