import type { HistoryEntry } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { ClearableLineFile } from '#shared/storage.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { ConnectionHistory } from './connection-history.ts';
import { createHistoryHandlers } from './handlers.ts';
import { SessionHistory } from './history.ts';
import { MemoryLines } from './memory-lines.ts';

/** Module that records the history of sessions with peers and answers `history.*` calls. */
export type HistoryModule = Module &
  Readonly<{
    history: SessionHistory;
    /** Records forwarded connections, several in one entry. */
    connections: ConnectionHistory;
    /** Adds a function that returns entries of another module, such as runs of OpenClaw. */
    addSource(source: () => readonly HistoryEntry[]): void;
    /** Sets which open entries stay open when this agent closes, because the next agent continues them; without a call none do. */
    keepWhile(continues: (entry: string) => boolean): void;
  }>;

/** Creates the history module. @param options.file undefined: entries are kept in memory while the agent runs */
export function createHistory(core: Core, { file }: Readonly<{ file: ClearableLineFile | undefined }>): HistoryModule {
  const { approvals, clock, crypto, events, logger, peers, views } = core;
  const history = new SessionHistory({
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
  const sources: (() => readonly HistoryEntry[])[] = [];
  let continues: (entry: string) => boolean = () => false;
  return {
    history,
    connections,
    addSource: (source) => void sources.push(source),
    keepWhile: (given) => {
      continues = given;
    },
    handlers: createHistoryHandlers({ history, approvals, more: () => sources.flatMap((source) => source()) }),
    close: async () => {
      connections.close();
      await history.close((entry) => continues(entry));
    },
  };
}
