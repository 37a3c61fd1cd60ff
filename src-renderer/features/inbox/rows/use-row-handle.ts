import { useEffect, useRef } from 'react';
import type { GuardedId } from '../../../ui/index.ts';

/** Answers that the keys and the bar of the inbox send for a row. Each does nothing while the row accepts no press. */
export type RowHandle = Readonly<{
  /** True if the request can be approved once: it was read to its end, and nothing else is missing. */
  mayApprove: boolean;
  /** True if no approval of it is for once: what "Approve once" sends for other requests would last. */
  lasts?: boolean;
  approve(): void;
  /** Says why this approval isn't possible now; undefined if it is. */
  missing(how: 'approve' | 'hour' | 'relay'): string | undefined;
  /** Approves this and all like it for an hour; does nothing if that isn't offered. */
  hour(): void;
  /** Uses the offered relay from now on; does nothing if none is offered. */
  relay(): void;
  decline(): void;
}>;

/** Called with the handle of a row whenever it changes, and with undefined when the row goes. */
export type RegisterRow = (id: GuardedId, handle: RowHandle | undefined) => void;

/** Registers the handle of a row. The page is told when `mayApprove` changes; calls always reach the newest functions. */
export function useRowHandle(register: RegisterRow, id: GuardedId, handle: RowHandle): void {
  const latest = useRef(handle);
  useEffect(() => {
    latest.current = handle;
  });
  const { mayApprove, lasts = false } = handle;
  useEffect(() => {
    register(id, {
      mayApprove,
      lasts,
      approve: () => latest.current.approve(),
      missing: (how) => latest.current.missing(how),
      hour: () => latest.current.hour(),
      relay: () => latest.current.relay(),
      decline: () => latest.current.decline(),
    });
  }, [register, id, mayApprove, lasts]);
  useEffect(() => () => register(id, undefined), [register, id]);
}
