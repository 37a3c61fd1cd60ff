import { useMemo, useSyncExternalStore } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';
import { explain, joinSentences, text } from '../../../locale/index.ts';
import { navigate, notify, useApi } from '../../../store/index.ts';
import { sharingStatusesOf, type SharingStatuses } from '../sharing/sharing-status.ts';

/** Functions that start and stop recordings. A channel carries one open terminal. */
export type RecordToggle = Readonly<{
  /** Reports whether the channel's terminal is recorded here. */
  isRunning(channel: number): boolean;
  /** Starts a recording of the terminal's output, or stops the running one. */
  toggle(channel: number): void;
  /** Starts a recording of output and typed input. The caller has warned the person. */
  withKeys(channel: number): void;
}>;

/**
 * Returns functions that start and stop recordings of open terminals. The agent writes them on this device; a toast tells the outcome. The component
 * renders again when a recording starts or stops.
 */
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
    } else {
      await api.call('recordings.stop', { channel });
      notify({
        tone: 'good',
        text: text('recordings.kept'),
        action: {
          label: text('recordings.show'),
          run: () => navigate({ page: 'history', tab: 'recordings' }),
        },
      });
    }
  } catch (error) {
    const { what, why } = explain(error);
    notify({ tone: 'warning', text: joinSentences(what, why) });
  }
}
