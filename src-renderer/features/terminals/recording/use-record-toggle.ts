import { useMemo, useSyncExternalStore } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';
import { sharingStatusesOf, type SharingStatuses } from '../sharing/sharing-status.ts';

export type RecordToggle = Readonly<{
  isRunning(channel: number): boolean;
  /** Begins or ends a recording of what the channel shows. */
  toggle(channel: number): void;
  /** Begins one of what the channel shows and of what is typed into it; the person has been warned. */
  withKeys(channel: number): void;
}>;

/** What is recorded now; whoever uses it is drawn again when that changes. */
export function useRecordToggle(): RecordToggle {
  const api = useApi();
  const statuses = useMemo(() => sharingStatusesOf(api), [api]);
  const running = useSyncExternalStore(statuses.subscribe, statuses.recorded);
  return useMemo(
    () => ({
      isRunning: (channel) => running.has(channel),
      toggle: (channel) => void toggle(api, statuses, channel, false),
      withKeys: (channel) => void toggle(api, statuses, channel, true),
    }),
    [api, statuses, running],
  );
}

async function toggle(api: AppApiClient, statuses: SharingStatuses, channel: number, keys: boolean): Promise<void> {
  try {
    if (statuses.of(channel).recording === null) {
      await api.call('recordings.start', { channel, ...(keys && { input: true }) });
      if (keys) notify({ tone: 'warning', text: text('recordings.running.keys.text') });
      else notify({ tone: 'info', text: text('recordings.running.text') });
    } else await api.call('recordings.stop', { channel });
  } catch (error) {
    const { what, why } = explain(error);
    notify({ tone: 'warning', text: `${what} ${why}` });
  }
}
