import { toHex } from '#shared/bytes/index.ts';
import { errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { AgentOptions } from '../agent-options.ts';
import type { Core } from '../core/core.ts';
import type { Module } from '../core/module.ts';
import { createExecHandlers, ExecChannels, ExecService, startExec, type StartExec } from './exec/index.ts';
import type { HistoryModule } from '../history/index.ts';
import type { NetworkModule } from '../network/index.ts';
import { DeferredRecorder, type RecordingsModule } from '../recordings/index.ts';
import { createTerminalClient, notifyShareChange, type TerminalChannels } from './client/index.ts';
import { createTerminalHandlers } from './handlers.ts';
import { readForeground } from './process/read-foreground.ts';
import { TerminalSessions } from './process/terminal-sessions.ts';
import { TerminalService } from './service.ts';
import type { TerminalServiceOptions } from './service-options.ts';

/**
 * Module of the agent for terminals and commands: those that peers run on this device, and those that user interfaces opened on peers (commands
 * without a terminal only by the command `connect`).
 */
export type TerminalsModule = Module &
  Readonly<{
    terminals: TerminalService;
    execs: ExecService;
    /** Returns the number of terminals that the last `close` left running. */
    left: () => number;
  }>;

export type TerminalsDependencies = Pick<AgentOptions, 'terminals'> &
  Pick<NetworkModule, 'network'> &
  Pick<RecordingsModule, 'recordings'> &
  Readonly<{
    history: HistoryModule;
    channels: TerminalChannels;
    /** Starts commands; child processes of the agent if undefined. */
    startExec?: StartExec | undefined;
  }>;

/** Longest time that terminals and commands may take to end, ms. */
const CLOSE_TIMEOUT = 3500;
/** Longest time to notify a peer that the terminals shared with it have changed, ms. */
const NOTIFY_TIMEOUT = 10_000;

/**
 * Creates the terminals module: connects its services with the agent's core, app API and status. The services write to audit log and history, and
 * record terminals of peers if the settings say so. Called by `Agent`. Ends the terminals of a removed peer, and notifies peers when terminals shared
 * with them change.
 */
export function createTerminals(core: Core, dependencies: TerminalsDependencies): TerminalsModule {
  const { audit, clock, closing, crypto, events, logger, peers, policy, principals, settings, views } = core;
  const { network, channels, recordings } = dependencies;
  const { history, keepOpenIf } = dependencies.history;
  const execChannels = new ExecChannels();
  const createId = (): string => toHex(crypto.randomBytes(16));
  const record: TerminalServiceOptions['record'] = ({ peerId, name: peerName }, title, cols, rows) =>
    recordings === undefined || !settings.value.recordings.served
      ? undefined
      : new DeferredRecorder(
          recordings
            .start({ peerId, peerName, title, side: 'target', input: false, cols, rows })
            .catch(() => undefined),
        );
  const execs = new ExecService({
    start: dependencies.startExec ?? startExec,
    clock,
    logger: logger.child({ part: 'commands' }),
    home: dependencies.terminals.home,
    shell: dependencies.terminals.shell,
    decision: (peerId) => policy.decision(peerId, 'terminal'),
    hasRoomFor: (peerId) => terminals.hasRoomFor(peerId),
    createId,
    record,
    audit,
    history,
  });
  const terminals = new TerminalService({
    ...dependencies.terminals,
    version: core.version,
    clock,
    logger: logger.child({ part: 'terminals' }),
    audit,
    history,
    decision: (peerId) => policy.decision(peerId, 'terminal'),
    viewDecision: (peerId) => policy.decision(peerId, 'view'),
    onShared: (peerId) => void notifyShares(peerId),
    onNoticed: (peerId) => client.shares.noticed(peerId),
    record,
    isMyDevice: (peerId) => peers.get(peerId)?.own === true,
    nameOf: (peerId) => peers.get(peerId)?.name,
    createId,
    commands: execs,
    foreground: readForeground,
    sessions: new TerminalSessions(clock),
  });
  const client = createTerminalClient(core, {
    network,
    channels,
    recordings,
    history: dependencies.history,
    own: terminals.sharing,
  });
  let left = 0;

  /** Notifies a reachable peer that the terminals shared with it have changed; the peer then requests the list. Never rejects. */
  async function notifyShares(peerId: PeerId): Promise<void> {
    if (closing.aborted || !network.mayAnswer(peerId)) return;
    try {
      const signal = AbortSignal.timeout(NOTIFY_TIMEOUT);
      await notifyShareChange(await network.session(peerId, signal), signal);
    } catch (error) {
      logger.debug('could not notify a peer of its shared terminals', { error: errorMessage(error) });
    }
  }

  events.on('peers.changed', (change) => {
    if (change.kind !== 'removed') return;
    terminals.revoke(change.peerId);
  });
  keepOpenIf((entry) => terminals.runs(entry));
  views.addStatus(() => ({
    terminals: { serving: terminals.count + execs.size, using: channels.count + execChannels.count },
  }));

  return {
    terminals,
    execs,
    left: () => left,
    handlers: {
      ...client.handlers,
      ...createTerminalHandlers({ execs, principals, requestStop: (mode) => core.requestStop(mode), terminals }),
      ...createExecHandlers({ audit, channels: execChannels, history, network, peers }),
    },
    prepare: () => terminals.takeOver(),
    stop: () => {
      client.stop?.();
      execChannels.close();
    },
    closeTimeout: CLOSE_TIMEOUT,
    close: async (mode) => {
      const ended = execs.close();
      left = await terminals.close(mode);
      await ended;
    },
  };
}
