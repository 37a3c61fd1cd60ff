import type { HistoryEntry } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { ClearableLineFile } from '#shared/storage.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { ConnectionHistory } from './connection-history.ts';
import { createHistoryHandlers } from './handlers.ts';
import { PeerHistory } from './history.ts';
import { MemoryLines } from './memory-lines.ts';

/**
 * Module of the history: who used what and when, such as terminals, forwards and prompts, and changes of paths. Answers the app API's `history.*`
 * calls. The modules of these features write through `history` and `connections`. Created by `Agent`.
 */
export type HistoryModule = Module &
  Readonly<{
    history: PeerHistory;
    /** Records forwarded connections, and combines similar ones into one entry. */
    connections: ConnectionHistory;
    /** Adds a function that returns entries which another module stores, such as decided requests of a gateway. `history.list` includes them. */
    addSource(source: () => readonly HistoryEntry[]): void;
    /**
     * Sets the function that decides, when this agent closes, if an entry stays open because its terminal keeps running and the next agent continues
     * the entry. Without it all entries end.
     */
    keepOpenIf(continues: (entry: string) => boolean): void;
  }>;

/**
 * Creates the history module, which itself records changes of paths, permissions and the relay, and peers that are added or removed.
 * @param options.file the profile's history file; undefined: entries are kept in memory while the agent runs
 */
export function createHistory(core: Core, { file }: Readonly<{ file: ClearableLineFile | undefined }>): HistoryModule {
  const { approvals, clock, crypto, events, logger, peers, settings, views } = core;
  const history = new PeerHistory({
    file: file ?? new MemoryLines(),
    clock,
    logger: logger.child({ part: 'history' }),
    createId: () => toHex(crypto.randomBytes(8)),
    onChange: () => views.broadcast('history.changed', {}),
  });
  const connections = new ConnectionHistory({
    history,
    clock,
    peerId: (name) => peers.list().find((record) => record.name === name)?.peerId ?? null,
  });
  events.on('path.changed', ({ peerId, change: { at, path, reason } }) => {
    const peerName = peers.nameOf(peerId) ?? '';
    history.note({ kind: 'path', direction: 'out', peerId, peerName, detail: path ?? 'none' }, reason, at);
  });
  events.on('peers.changed', (change) => {
    const { kind: detail, peerId } = change;
    if (detail !== 'added' && detail !== 'removed') return;
    const peerName = change.name ?? change.unfinished ?? change.ended ?? change.withdrawn ?? peers.nameOf(peerId) ?? '';
    history.note({ kind: 'pairing', direction: 'out', peerId, peerName, detail }, null);
  });
  events.on('peer.paired-again', ({ peerId }) => {
    const peerName = peers.nameOf(peerId) ?? '';
    history.note({ kind: 'pairing', direction: 'out', peerId, peerName, detail: 'again' }, null);
  });
  events.on('right.changed', ({ peerId, right, decision, bySuspension, isFirst }) => {
    const peerName = peers.nameOf(peerId);
    // No person has decided: the peer was suspended or removed, or is new and has to ask.
    if (peerName === undefined || bySuspension === true || (isFirst === true && decision === 'ask')) return;
    history.note({ kind: 'permission', direction: 'in', peerId, peerName, detail: `${right} ${decision}` }, null);
  });
  let relayUrl = settings.value.relay.url;
  events.on('relay.changed', () => {
    const { url } = settings.value.relay;
    if (url === relayUrl) return;
    relayUrl = url;
    history.note({ kind: 'relay', direction: 'out', peerId: null, peerName: '', detail: url ?? '' }, null);
  });
  const sources: (() => readonly HistoryEntry[])[] = [];
  let continues: (entry: string) => boolean = () => false;
  return {
    history,
    connections,
    addSource: (source) => void sources.push(source),
    keepOpenIf: (given) => {
      continues = given;
    },
    handlers: createHistoryHandlers({ history, approvals, more: () => sources.flatMap((source) => source()) }),
    close: async () => {
      connections.close();
      await history.close((entry) => continues(entry));
    },
  };
}
