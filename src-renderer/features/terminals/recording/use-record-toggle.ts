import { useMemo, useSyncExternalStore } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';
import { sharingStatusesOf, type SharingStatuses } from '../sharing/sharing-status.ts';

export type RecordToggle = Readonly<{
  isRunning(channel: number): boolean;
  /** Starts or ends a recording of the channel's output. */
  toggle(channel: number): void;
  /** Starts a recording of the channel's output and input; the person has been warned. */
  withKeys(channel: number): void;
}>;

/** Reports which channels are recorded; the caller renders again when that changes. */
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
