import { useMemo, useSyncExternalStore } from 'react';
import type { AppApiClient, TerminalViewer } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';

/** Viewers and recordings of one open terminal. */
export type SharingStatus = Readonly<{
  /** ID of the recording that this device writes; null without one. */
  recording: string | null;
  /** The recording contains typed input. */
  keys: boolean;
  /** The terminal's machine records it too. */
  recorded: boolean;
  /** Peers that may watch the terminal. */
  viewers: readonly TerminalViewer[];
}>;

const NOT_SHARED: SharingStatus = { recording: null, keys: false, recorded: false, viewers: [] };
/** Most channels with a stored status; a connection has fewer. */
const MOST = 512;

/**
 * Viewers and recordings of all open terminals, by channel, from the agent's events. In memory only. Components subscribe to changes. Shows a toast
 * when a recording ends because of a problem.
 */
export class SharingStatuses {
  readonly #statuses = new Map<number, SharingStatus>();
  readonly #listeners = new Set<() => void>();
  #recorded: ReadonlySet<number> = new Set();

  constructor(api: Pick<AppApiClient, 'on'>) {
    api.on('terminal.recording', ({ channel, recording, input, code }) => {
      this.#change(channel, { recording, keys: input });
      if (code !== null)
        notify({ tone: 'warning', text: text('recordings.ended', { problem: explainCode(code, code).why }) });
    });
    api.on('terminal.viewers', ({ channel, recorded, viewers }) => this.#change(channel, { recorded, viewers }));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Returns the channels of the terminals that this device records. */
  readonly recorded = (): ReadonlySet<number> => this.#recorded;

  /** Returns the status of a channel's terminal; that of an unshared one without a channel. */
  of(channel: number | undefined): SharingStatus {
    return channel === undefined ? NOT_SHARED : (this.#statuses.get(channel) ?? NOT_SHARED);
  }

  #change(channel: number, change: Partial<SharingStatus>): void {
    if (this.#statuses.size >= MOST && !this.#statuses.has(channel)) return;
    this.#statuses.set(channel, { ...this.of(channel), ...change });
    if (change.recording !== undefined) {
      const running = [...this.#statuses].filter(([, { recording }]) => recording !== null).map(([id]) => id);
      this.#recorded = new Set(running);
    }
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const STATUS_BY_API = new WeakMap<AppApiClient, SharingStatuses>();

/** Returns the statuses of a connection to the agent. The first call creates them and listens to its events. */
export function sharingStatusesOf(api: AppApiClient): SharingStatuses {
  const statuses = STATUS_BY_API.get(api) ?? new SharingStatuses(api);
  STATUS_BY_API.set(api, statuses);
  return statuses;
}

/** Returns the status of a channel's terminal; the component renders again when it changes. */
export function useSharingStatus(channel: number | undefined): SharingStatus {
  const api = useApi();
  const statuses = useMemo(() => sharingStatusesOf(api), [api]);
  return useSyncExternalStore(statuses.subscribe, () => statuses.of(channel));
}
