import { useMemo } from 'react';
import type { AppApiClient, TransferView } from '#shared/app-api/index.ts';
import { explain } from '../../locale/index.ts';
import { notify, useApi, useApp } from '../../store/index.ts';

/** Actions on transfers. A failed one says why in a toast. */
export type TransferActions = Readonly<{
  pause(id: string): void;
  /** Goes on with a transfer, or starts it again. */
  go(id: string): void;
  cancel(id: string): void;
  remove(id: string): void;
  clear(): void;
  /** Shows the files in the file manager. Only the desktop application can. */
  show(id: string): void;
}>;

/** Returns the actions on transfers; they change with the connection only. */
export function useTransferActions(): TransferActions {
  const api = useApi();
  return useMemo(() => actionsOf(api), [api]);
}

function actionsOf(api: AppApiClient): TransferActions {
  const act = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => notify({ tone: 'bad', text: explain(error).what }));
  };
  const change = (call: 'transfers.pause' | 'transfers.go' | 'transfers.cancel', id: string): void =>
    act(api.call(call, { id }).then(applyTransfer));
  return {
    pause: (id) => change('transfers.pause', id),
    go: (id) => change('transfers.go', id),
    cancel: (id) => change('transfers.cancel', id),
    remove: (id) =>
      act(
        api
          .call('transfers.remove', { id })
          .then(() => useApp.setState(({ transfers }) => ({ transfers: transfers?.filter((one) => one.id !== id) }))),
      ),
    clear: () => act(api.call('transfers.clear', {})),
    show: (id) => act(api.call('shell.transfers.show', { id })),
  };
}

/** Stores a transfer from an answer of the agent, before its event arrives. */
function applyTransfer(view: TransferView): void {
  useApp.setState(({ transfers }) => ({
    transfers: transfers?.map((before) => (before.id === view.id ? view : before)),
  }));
}
