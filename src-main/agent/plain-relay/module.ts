import type { DocumentFile } from '#shared/storage.ts';
import type { ConnectorFiles } from '#node/files/index.ts';
import type { PlainRelayDialer } from '#node/sockets/index.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import type { PauseModule } from '../pause/index.ts';
import type { StreamsModule } from '../streams/index.ts';
import type { TerminalsModule } from '../terminals/index.ts';
import { createPlainRelayHandlers } from './handlers.ts';
import type { PlainRelayLimits } from './limits.ts';
import { PlainRelays } from './plain-relays.ts';

/** Files and sockets that the module needs. */
export type PlainRelayAgentOptions = Readonly<{
  /** `plain-relays.json` of the profile. */
  file: DocumentFile;
  files: ConnectorFiles;
  /** Returns the path of the configuration file for a relay whose person names none. */
  configFor(host: string): string;
  dialer: PlainRelayDialer;
  limits?: Partial<PlainRelayLimits> | undefined;
}>;

export type PlainRelayDependencies = Readonly<{
  /** Undefined for an agent that connects to no plain relays. */
  plainRelays?: PlainRelayAgentOptions | undefined;
  pause: PauseModule['pause'];
  streams: StreamsModule;
  terminals: TerminalsModule;
}>;

/**
 * Creates the module of plain relays: this device as connector or node of the documented protocol, in which the relay reads what it carries. Opens
 * nothing unless a person has accepted a relay. Each relay is a principal with rights of its own, stored in the core's book of plain relays.
 */
export function createPlainRelays(core: Core, dependencies: PlainRelayDependencies): Module {
  const { plainRelays: options, pause, streams, terminals } = dependencies;
  const { events, plainRelays: book, policy, views } = core;
  if (options === undefined || book === undefined) return {};
  const announce = (): void => views.announce('plainRelays');
  const relays = new PlainRelays({
    core,
    book,
    dialer: options.dialer,
    files: options.files,
    configFor: options.configFor,
    streams,
    terminals,
    limits: options.limits,
    isPaused: () => pause.current !== undefined,
    onChange: announce,
  });
  book.onChange(announce);
  policy.onChange(announce);
  events.on('pause.changed', () => relays.pauseChanged());
  events.on('network.changed', () => relays.networkChanged());
  views.define('plainRelays', () => views.broadcast('plainRelays.changed', relays.views()));
  views.addStatus(() => {
    const all = relays.views();
    if (all.length === 0) return {};
    const online = all.filter(({ state }) => state === 'online').length;
    const open = all.reduce((sum, relay) => sum + relay.terminals, 0);
    return { plainRelays: { known: all.length, online, terminals: open } };
  });
  return { handlers: createPlainRelayHandlers(relays), start: () => relays.start(), stop: () => relays.close() };
}
