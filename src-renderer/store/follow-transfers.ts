import type { AppApiClient, TransferView } from '#shared/app-api/index.ts';
import { useApp } from './state.ts';

/**
 * Stores the transfers of files, and follows their changes. An agent that transfers none has none.
 * @returns a function that stops following
 */
export function followTransfers(api: AppApiClient): () => void {
  let isStopped = false;
  /** Changes that have come before the list. */
  const early = new Map<string, TransferView | undefined>();
  let isLoaded = false;
  const apply = (changes: ReadonlyMap<string, TransferView | undefined>): void =>
    useApp.setState(({ transfers = [] }) => ({ transfers: changed(transfers, changes) }));
  const take = (changes: ReadonlyMap<string, TransferView | undefined>): void => {
    if (isLoaded) apply(changes);
    else for (const [id, view] of changes) early.set(id, view);
  };
  const offs = [
    api.on('transfers.changed', (views) => take(new Map(views.map((view) => [view.id, view])))),
    api.on('transfers.removed', (ids) => take(new Map(ids.map((id) => [id, undefined])))),
  ];
  void (async () => {
    try {
      const transfers = await api.call('transfers.list', {});
      if (isStopped) return;
      isLoaded = true;
      useApp.setState({ transfers: changed(transfers, early) });
    } catch {
      // Those that are known stay.
      isLoaded = true;
    }
  })();
  return () => {
    isStopped = true;
    for (const off of offs) off();
  };
}

/** Applies changes to a list, newest first; undefined removes a transfer. Pure. */
function changed(
  transfers: readonly TransferView[],
  changes: ReadonlyMap<string, TransferView | undefined>,
): readonly TransferView[] {
  const kept = transfers.flatMap((before) => (changes.has(before.id) ? (changes.get(before.id) ?? []) : before));
  const known = new Set(transfers.map(({ id }) => id));
  const added = [...changes].flatMap(([id, view]) => (view === undefined || known.has(id) ? [] : view));
  return added.length === 0 ? kept : [...added, ...kept].toSorted((one, other) => other.startedAt - one.startedAt);
}
