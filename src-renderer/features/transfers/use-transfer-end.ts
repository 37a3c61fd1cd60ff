import { useCallback, useEffect, useRef } from 'react';
import type { TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { useApp } from '../../store/index.ts';

/**
 * Waits for the ends of transfers that the component has begun.
 * @param onEnd called once for each, also for one that has failed, while the component is shown
 * @returns a function that waits for the end of the transfer with an ID
 */
export function useTransferEnd(onEnd: (transfer: TransferView) => void): (id: string) => void {
  const waiting = useRef(new Set<string>());
  const current = useRef(onEnd);
  useEffect(() => {
    current.current = onEnd;
  });
  const look = useCallback(() => {
    const { transfers = [] } = useApp.getState();
    for (const transfer of transfers)
      if (isOver(transfer.state) && waiting.current.delete(transfer.id)) current.current(transfer);
  }, []);
  useEffect(
    () =>
      useApp.subscribe(({ transfers }, before) => {
        if (waiting.current.size > 0 && transfers !== before.transfers) look();
      }),
    [look],
  );
  return useCallback(
    (id: string) => {
      waiting.current.add(id);
      look();
    },
    [look],
  );
}
