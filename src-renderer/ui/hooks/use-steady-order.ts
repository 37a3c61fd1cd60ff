import { useEffect, useRef, useState, type FocusEvent, type RefObject } from 'react';

/** Rows in the order to show, and the handlers to spread on their list. */
export type SteadyOrder<Row> = Readonly<{
  rows: readonly Row[];
  hold: Readonly<{
    ref: RefObject<HTMLUListElement | null>;
    onPointerEnter(): void;
    onFocus(event: FocusEvent<HTMLElement>): void;
    onBlur(event: FocusEvent<HTMLElement>): void;
  }>;
}>;

type Held = Readonly<{ keys: readonly string[]; scope: string; pointer: boolean; keyboard: boolean }>;

/** Selector of popups that belong to a row but are rendered outside of the list. */
const POPUPS = '[role="menu"], [role="dialog"], [role="tooltip"]';

/**
 * Keeps rows in their positions while the pointer or the focus is in the list, so that a click meets the intended row. New rows are appended
 * meanwhile; the new order applies once pointer and focus have left.
 * @param rows in the new order
 * @param keyOf returns a unique key of a row
 * @param scope text, such as a search; when it changes, the new order applies at once
 */
export function useSteadyOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  scope: string,
): SteadyOrder<Row> {
  const [held, setHeld] = useState<Held>();
  const isHeld = held !== undefined && held.scope === scope;
  const shown = isHeld ? steadyOrder(rows, keyOf, held.keys) : rows;
  const change = (by: Readonly<{ pointer?: boolean; keyboard?: boolean }>): void => {
    const { pointer, keyboard } = { pointer: held?.pointer ?? false, keyboard: held?.keyboard ?? false, ...by };
    setHeld(pointer || keyboard ? { keys: shown.map(keyOf), scope, pointer, keyboard } : undefined);
  };
  const list = useRef<HTMLUListElement>(null);
  const leave = useRef(() => undefined as void);
  useEffect(() => {
    leave.current = () => change({ pointer: false });
  });
  const isPointed = held?.pointer === true;
  useEffect(() => {
    if (!isPointed) return undefined;
    // The list's own `pointerleave` isn't sent when the element under the pointer is removed.
    const checkPointer = ({ target }: Event): void => {
      if (target instanceof Element && (list.current?.contains(target) === true || target.closest(POPUPS) !== null))
        return;
      leave.current();
    };
    document.addEventListener('pointerover', checkPointer);
    document.documentElement.addEventListener('pointerleave', checkPointer);
    return () => {
      document.removeEventListener('pointerover', checkPointer);
      document.documentElement.removeEventListener('pointerleave', checkPointer);
    };
  }, [isPointed]);
  return {
    rows: shown,
    hold: {
      ref: list,
      onPointerEnter: () => change({ pointer: true }),
      // A pressed button keeps the focus; only keyboard focus counts as being in the list.
      onFocus: ({ target }) => {
        if (target.matches(':focus-visible')) change({ keyboard: true });
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (held?.keyboard === true && !currentTarget.contains(relatedTarget)) change({ keyboard: false });
      },
    },
  };
}

/** Sorts rows as in `keys`, and appends rows without a key there in their given order. Pure. */
export function steadyOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  keys: readonly string[],
): readonly Row[] {
  const positions = new Map(keys.map((key, position) => [key, position]));
  const positionOf = (row: Row): number => positions.get(keyOf(row)) ?? keys.length;
  return rows.toSorted((left, right) => positionOf(left) - positionOf(right));
}
