import { useMemo, useSyncExternalStore } from 'react';
import type { AppApiClient, TerminalViewer } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { notify, useApi } from '../../../store/index.ts';

/** What is told of the terminal of a channel besides its bytes. */
export type SharingStatus = Readonly<{
  /** Id of the recording that is being written here. */
  recording: string | null;
  /** What is typed is in it as well. */
  keys: boolean;
  /** The device it runs on records it. */
  recorded: boolean;
  viewers: readonly TerminalViewer[];
}>;

const NOT_SHARED: SharingStatus = { recording: null, keys: false, recorded: false, viewers: [] };
/** More than a connection has channels. */
const MOST = 512;

/** Recordings and viewers, as the agent tells them. */
export class SharingStatuses {
  readonly #notes = new Map<number, SharingStatus>();
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

  /** Channels that are recorded here. */
  readonly recorded = (): ReadonlySet<number> => this.#recorded;

  of(channel: number | undefined): SharingStatus {
    return channel === undefined ? NOT_SHARED : (this.#notes.get(channel) ?? NOT_SHARED);
  }

  #change(channel: number, change: Partial<SharingStatus>): void {
    if (this.#notes.size >= MOST && !this.#notes.has(channel)) return;
    this.#notes.set(channel, { ...this.of(channel), ...change });
    if (change.recording !== undefined) {
      const running = [...this.#notes].filter(([, { recording }]) => recording !== null).map(([id]) => id);
      this.#recorded = new Set(running);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const STATUS_BY_API = new WeakMap<AppApiClient, SharingStatuses>();

/** Those of this connection; listening begins with the first who asks. */
export function sharingStatusesOf(api: AppApiClient): SharingStatuses {
  const statuses = STATUS_BY_API.get(api) ?? new SharingStatuses(api);
  STATUS_BY_API.set(api, statuses);
  return statuses;
}

export function useSharingStatus(channel: number | undefined): SharingStatus {
  const api = useApi();
  const statuses = useMemo(() => sharingStatusesOf(api), [api]);
  return useSyncExternalStore(statuses.subscribe, () => statuses.of(channel));
}
