import type { AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { parsePeerId, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { AuditLog, SettingsStore } from '../../core/store/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { Network } from '../../network/index.ts';
import type { PeerBook, PeerRecord } from '../../peers/index.ts';
import { recordIfWanted, type Recordings } from '../../recordings/index.ts';
import type { TerminalChannels } from './channels.ts';
import { listTerminals, openTerminal, shareTerminal } from './client.ts';
import type { SharedWithMe } from './shared-with-me.ts';
import { TerminalUses } from './terminal-uses.ts';

/** Shares of the terminals that run on this device. */
export type OwnShares = Readonly<{
  share(terminal: string, viewer: PeerId, by: undefined): unknown;
  unshare(terminal: string, viewer: PeerId | undefined, by: undefined): unknown;
}>;

type ClientHandlers = Pick<
  AppHandlers,
  Exclude<Extract<keyof AppHandlers, `terminal.${string}`>, 'terminal.served' | 'terminal.stop'>
>;
type ClientParts = Readonly<{
  audit: AuditLog;
  channels: TerminalChannels;
  history: PeerHistory;
  logger: Logger;
  network: Network;
  /** Undefined: no terminals run on this device. */
  own: OwnShares | undefined;
  peers: PeerBook;
  recordings: Recordings | undefined;
  settings: SettingsStore;
  shares: SharedWithMe;
}>;

/** Longest time to determine the path of a terminal that was just opened, ms. */
const PATH_TIMEOUT = 5000;

/**
 * Creates the app-API handlers with which windows and the command line open, resize, leave, list and share terminals on peers, and list those that peers
 * share with this device. They open streams on the peers' sessions, start recordings, and write opened terminals to audit log and history. Used by the
 * module of terminals on peers.
 */
export function createClientHandlers(parts: ClientParts): ClientHandlers {
  const { audit, channels, network, own, peers, shares } = parts;
  const uses = new TerminalUses(parts.history);
  const ownShares = (): OwnShares => {
    if (own === undefined) throw new ClawReachError('terminal.unknown', 'no terminals run on this device');
    return own;
  };
  return {
    'terminal.open': async (input, { signal, progress, connection }) => {
      const record = peers.find(input.peer);
      progress('connecting');
      const session = await network.session(record.peerId, signal);
      const { peer: _peer, ...request } = input;
      const wanted = withProfile(request, record);
      const terminal = await openTerminal(session, wanted, { signal, onWaiting: () => progress('approval') });
      audit.record('terminal.used', { peer: record.peerId, name: record.name, terminal: terminal.terminal });
      peers.markUsed(record.peerId);
      try {
        const path = await network.path(record.peerId, PATH_TIMEOUT, signal);
        if (connection.closed.aborted) throw new ClawReachError('control.lost', 'the user interface is gone');
        const title = input.command?.join(' ') ?? record.name;
        const about = { peerId: record.peerId, peerName: record.name, title, cols: input.cols, rows: input.rows };
        const recording = await recordIfWanted(parts, about, input.record === true);
        if (connection.closed.aborted) await recording?.recorder.stop();
        const channel = channels.join(connection, terminal, about, recording);
        const kind = input.view === true ? 'shared' : 'terminal';
        uses.note({ peer: record, kind, session, terminal, wanted });
        return {
          channel,
          terminal: terminal.terminal,
          path,
          ...(terminal.hasNoFolder === true && { noFolder: true as const }),
        };
      } catch (error) {
        // No user interface will show this terminal. One that ran before goes on.
        if (input.terminal === undefined) terminal.close();
        else terminal.detach();
        throw error;
      }
    },
    'terminal.name': async ({ terminal, name }) => {
      uses.rename(terminal, name);
      return {};
    },
    'terminal.resize': async ({ channel, cols, rows }, { connection }) => {
      channels.resize(connection, channel, cols, rows);
      return {};
    },
    'terminal.catchUp': async ({ channel, waiting }, { connection }) => {
      channels.catchUp(connection, channel, waiting);
      return {};
    },
    'terminal.close': async ({ channel, detach }, { connection }) => {
      await channels.leave(connection, channel, detach ? 'detach' : 'close');
      return {};
    },
    'terminal.list': async (
      { peer, watched = false, own = false, commands = false, folders = false, ask = true },
      { signal, progress },
    ) => {
      const record = peers.find(peer);
      // A session is established only for a person's request.
      const isUnasked = watched || own || !ask;
      const session = isUnasked ? network.current(record.peerId) : await network.session(record.peerId, signal);
      const onWaiting = (): void => progress('approval');
      const options = { watched, own, commands, folders, ask, onWaiting };
      const listings = session === undefined ? [] : await listTerminals(session, signal, options);
      uses.learn(listings);
      // Those that are open here alone don't tell which of those that were left have ended.
      if (session !== undefined && !watched) uses.listed(record.peerId, listings);
      return listings.map((listing) => ({ ...listing, peerId: record.peerId }));
    },

    'terminal.share': async ({ peer, terminal, with: viewer }, { signal }) => {
      const { peerId } = peers.find(viewer);
      if (peer === null) ownShares().share(terminal, peerId, undefined);
      else {
        const session = await network.session(peers.find(peer).peerId, signal);
        await shareTerminal(session, { action: 'share', terminal, peer: peerId }, signal);
      }
      return {};
    },
    'terminal.unshare': async ({ peer, terminal, with: viewer }, { signal }) => {
      // The viewer may be unknown on this device: its peer ID is enough.
      const viewerId = viewer === undefined ? undefined : (peerIdIn(viewer) ?? peers.find(viewer).peerId);
      if (peer === null) ownShares().unshare(terminal, viewerId, undefined);
      else {
        const session = await network.session(peers.find(peer).peerId, signal);
        const request = { action: 'unshare', terminal, ...(viewerId === undefined ? {} : { peer: viewerId }) } as const;
        await shareTerminal(session, request, signal);
      }
      return {};
    },
    'terminal.shared': async () => {
      const linked = peers.list().filter(({ peerId }) => network.current(peerId) !== undefined);
      await Promise.all(linked.map(({ peerId }) => shares.refresh(peerId)));
      return [...shares.list];
    },
  };
}

/** Adds shell and folder of the peer's profile to a request for a new shell that names none. */
function withProfile<Request extends Omit<Parameters<typeof openTerminal>[1], never>>(
  request: Request,
  { terminalProfile }: PeerRecord,
): Request {
  if (terminalProfile === undefined || request.command !== undefined || request.terminal !== undefined) return request;
  const { shell, directory } = terminalProfile;
  return {
    ...request,
    shell: request.shell ?? shell ?? undefined,
    directory: request.directory ?? directory ?? undefined,
  };
}

function peerIdIn(text: string): PeerId | undefined {
  try {
    return parsePeerId(text);
  } catch {
    return undefined;
  }
}
