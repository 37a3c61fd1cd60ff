import type { Core } from '../../core/core.ts';
import type { Module } from '../../core/module.ts';
import type { HistoryModule } from '../../history/index.ts';
import type { NetworkModule } from '../../network/index.ts';
import type { RecordingsModule } from '../../recordings/index.ts';
import type { TerminalChannels } from './channels.ts';
import { createClientHandlers, type OwnShares } from './handlers.ts';
import { SharedWithMe } from './shared-with-me.ts';

/** Module for terminals on peers, which user interfaces of this device show. `shares`: terminals that peers share with this device. */
export type TerminalClientModule = Module & Readonly<{ shares: SharedWithMe }>;

export type TerminalClientDependencies = Pick<NetworkModule, 'network'> &
  Pick<RecordingsModule, 'recordings'> &
  Readonly<{
    history: HistoryModule;
    channels: TerminalChannels;
    /** Shares of the terminals that run on this device; undefined: none run here. */
    own?: OwnShares;
  }>;

/** Creates the module for terminals on peers. Called by the terminals module, and by the agent of a page. */
export function createTerminalClient(
  core: Core,
  { channels, history: { history }, network, own, recordings }: TerminalClientDependencies,
): TerminalClientModule {
  const { audit, clock, events, logger, peers, settings, views } = core;
  const shares = new SharedWithMe({
    clock,
    logger: logger.child({ part: 'shares' }),
    current: (peerId) => network.current(peerId),
    onChange: (shared) => views.broadcast('terminal.shared.changed', [...shared]),
  });
  events.on('peers.changed', (change) => {
    if (change.kind === 'removed') shares.forget(change.peerId);
  });
  return {
    shares,
    handlers: createClientHandlers({
      audit,
      channels,
      history,
      logger,
      network,
      own,
      peers,
      recordings,
      settings,
      shares,
    }),
    stop: () => channels.close(),
  };
}
