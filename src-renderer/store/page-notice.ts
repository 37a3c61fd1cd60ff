import type { PeerView, PlainRelayView } from '#shared/app-api/index.ts';
import type { AppState } from './state.ts';

/** Subject of the one notice of a page. `machine`: the machine whose page it is, which has a notice of its own. */
export type PageNoticeKind =
  | 'lost'
  | 'plain-relays'
  | 'paused'
  | 'machine'
  | 'profile'
  | 'needs-relay'
  | 'update'
  | 'minimised';

/**
 * Returns what the one notice of the page is about, the weightiest first: what makes all of the page outdated, what has become of the shown
 * machine, what others read, what keeps every machine away, then the rest. Pure.
 * @param machine machine whose page is shown; undefined for none
 * @returns undefined without a notice
 */
export function pageNotice(
  state: Pick<
    AppState,
    'connection' | 'place' | 'peers' | 'plainRelays' | 'status' | 'updates' | 'dismissedUpdate' | 'minimised'
  >,
  machine: PeerView | undefined,
): PageNoticeKind | undefined {
  const { connection, place, peers, plainRelays, status, minimised } = state;
  const isList = place.page === 'machines' && place.machine === undefined;
  // The agent's last status is outdated while the connection is lost.
  if (connection === 'lost') return 'lost';
  // Every other page says the rest, and only this one lets the person compare the words.
  if (machine !== undefined && machineNotice(machine) !== undefined) return 'machine';
  // The machines page shows the same in the relay's row.
  if (!isList && plainRelays.some((relay) => isInUse(relay))) return 'plain-relays';
  if (status?.paused !== undefined) return 'paused';
  // Other pages say these too.
  if (status?.problems?.[0] !== undefined) return 'profile';
  if (status?.needsRelay !== undefined && isList && peers.length > 0) return 'needs-relay';
  if (updateNews(state) !== undefined) return 'update';
  return minimised ? 'minimised' : undefined;
}

/** Returns the weightiest notice of a machine: it has removed this one, the relay has removed it, or its pairing isn't finished. Pure. */
export function machineNotice({
  forgottenAt,
  suspendedSince,
  pairing,
  unfinishedUntil,
}: PeerView): 'forgotten' | 'suspended' | 'unfinished' | undefined {
  if (forgottenAt !== undefined) return 'forgotten';
  if (suspendedSince !== undefined) return 'suspended';
  return pairing?.compared === false || unfinishedUntil !== undefined ? 'unfinished' : undefined;
}

/**
 * Returns the version to announce; undefined when there is none, the person has dismissed it, or the settings page shows it already. `ready`:
 * downloaded, to be installed. Pure.
 */
export function updateNews({
  updates,
  dismissedUpdate,
  place,
}: Pick<AppState, 'updates' | 'dismissedUpdate' | 'place'>): Readonly<{ version: string; ready: boolean }> | undefined {
  const state = updates?.state;
  if (state?.name !== 'available' && state?.name !== 'ready') return undefined;
  const { version } = state.release;
  // The settings show the update themselves, and a dismissed one isn't shown again.
  return place.page === 'settings' || dismissedUpdate === `${state.name} ${version}`
    ? undefined
    : { version, ready: state.name === 'ready' };
}

/** Reports whether a plain relay has terminals or requests here. */
export function isInUse({ terminals, requests }: PlainRelayView): boolean {
  return terminals + requests > 0;
}
