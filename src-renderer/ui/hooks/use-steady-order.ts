import { useEffect, useRef, useState, type FocusEvent, type RefObject } from 'react';

/** Handlers for the list that holds the rows, and the rows in the order to show. */
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

/** Popups that belong to a row and are drawn elsewhere. */
const POPUPS = '[role="menu"], [role="dialog"], [role="tooltip"]';

/**
 * Keeps rows in their places while the pointer is over them or the keyboard is among them, so that a click meets the row it was meant for.
 * A row that comes meanwhile comes last; the new order shows once pointer and keyboard have left.
 * @param rows in the order they should have
 * @param keyOf a key of its own for each row
 * @param scope a text whose change, as of a search, always brings the new order
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
    // Not by the list's own `pointerleave`: an element that is removed under the pointer takes that event along.
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
      // A button that was pressed with the pointer keeps the focus; only who moves by keyboard is still among the rows.
      onFocus: ({ target }) => {
        if (target.matches(':focus-visible')) change({ keyboard: true });
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (held?.keyboard === true && !currentTarget.contains(relatedTarget)) change({ keyboard: false });
      },
    },
  };
}

/** Rows in the order of `keys` as far as it goes, then all others in their own order. */
export function steadyOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  keys: readonly string[],
): readonly Row[] {
  const positions = new Map(keys.map((key, position) => [key, position]));
  const positionOf = (row: Row): number => positions.get(keyOf(row)) ?? keys.length;
  return rows.toSorted((left, right) => positionOf(left) - positionOf(right));
}
