import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RegisterRow, RowHandle } from './rows/use-row-handle.ts';
import type { GuardedId } from '../../ui/index.ts';

export type Selection = Readonly<{
  /** Open row that the person has chosen, or the first one; selected rows are open as well. */
  isOpen(id: GuardedId): boolean;
  isSelected(id: GuardedId): boolean;
  /** Selected rows, in their order. */
  selected: readonly GuardedId[];
  /** True if every selected request can be approved once. */
  mayApproveSelected: boolean;
  /** True if an approval of a selected request would last. */
  doesSelectedLast: boolean;
  toggle(id: GuardedId): void;
  select(id: GuardedId): void;
  clear(): void;
  register: RegisterRow;
  handleOf(id: GuardedId): RowHandle | undefined;
}>;

/**
 * Keeps which rows of the inbox are open and selected. The first row is open until the person opens another one or closes it. A selected row is open,
 * because a request can be approved only after it was shown completely.
 * @param ids IDs of the rows, in their order
 * @param wanted ID of the row that is opened first, or when it changes; undefined for the first one
 * @param onShift called when a row has opened or closed, which moves the rows below
 */
export function useSelection(ids: readonly GuardedId[], wanted: GuardedId | undefined, onShift: () => void): Selection {
  const [chosen, setChosen] = useState<GuardedId | null | undefined>(wanted);
  const [handled, setHandled] = useState(wanted);
  // A card above a dialog leads to another request of the page that is shown already.
  if (handled !== wanted) {
    setHandled(wanted);
    if (wanted !== undefined) setChosen(wanted);
  }
  const [marked, setMarked] = useState<ReadonlySet<GuardedId>>(NONE);
  const [handles, setHandles] = useState<ReadonlyMap<GuardedId, RowHandle>>(NO_HANDLES);
  const [first] = ids;
  const isGone = chosen !== null && (chosen === undefined || !ids.includes(chosen));
  const opened = isGone ? first : chosen;
  const selected = useMemo(() => ids.filter((id) => marked.has(id)), [ids, marked]);
  const shape = JSON.stringify([opened ?? null, selected]);
  const shown = useRef(shape);
  // Runs before the browser paints the change, and so before it can be pressed.
  useLayoutEffect(() => {
    if (shown.current === shape) return;
    shown.current = shape;
    onShift();
  });

  const register = useCallback<RegisterRow>((id, handle) => {
    setHandles((before) => {
      const after = new Map(before);
      if (handle === undefined) after.delete(id);
      else after.set(id, handle);
      return after;
    });
  }, []);
  return {
    isOpen: (id) => id === opened || marked.has(id),
    isSelected: (id) => marked.has(id),
    selected,
    mayApproveSelected: selected.length > 0 && selected.every((id) => handles.get(id)?.mayApprove === true),
    doesSelectedLast: selected.some((id) => handles.get(id)?.lasts === true),
    toggle: (id) => {
      if (marked.has(id)) {
        setMarked((before) => without(before, id));
        setChosen(id === opened ? null : chosen);
      } else setChosen(id === opened ? null : id);
    },
    select: (id) => setMarked((before) => (before.has(id) ? without(before, id) : new Set([...before, id]))),
    clear: () => setMarked(NONE),
    register,
    handleOf: (id) => handles.get(id),
  };
}

const NONE: ReadonlySet<GuardedId> = new Set();
const NO_HANDLES: ReadonlyMap<GuardedId, RowHandle> = new Map();

function without(ids: ReadonlySet<GuardedId>, id: GuardedId): ReadonlySet<GuardedId> {
  return new Set([...ids].filter((other) => other !== id));
}
