import { useLayoutEffect, useRef } from 'preact/hooks';

interface Rows {
  readonly count: number;
  readonly rowPx: number;
  /** Pixels of rows that a pixel of the bar stands for. */
  readonly scale: number;
  /** New rows come before the first one. */
  readonly growsAtTop: boolean;
}

/** Rows in sight stay there when others come before them. At its top a list shows what is new. */
export function useKeptPlace(
  box: { readonly current: HTMLElement | null },
  { count, rowPx, scale, growsAtTop }: Rows,
): void {
  const before = useRef({ count, scale, growsAtTop });
  useLayoutEffect(() => {
    const then = before.current;
    before.current = { count, scale, growsAtTop };
    const { current } = box;
    // turned round it is another list
    if (!growsAtTop || !then.growsAtTop || current === null || current.scrollTop === 0) return;
    const offsetPx = current.scrollTop * then.scale + (count - then.count) * rowPx;
    current.scrollTop = offsetPx / scale;
  }, [count, scale, growsAtTop]);
}
