import { isPathLoss, type PeerView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { ensureAgent, viewAgent, type CommandContext } from '../../control/index.ts';
import { SessionEndedError } from '../../errors.ts';
import type { Host } from '../../host/index.ts';
import {
  ReconnectLoop,
  currentTerminalSize,
  noticeText,
  type AttachEnd,
  type AttachLoss,
  type AttachedChannel,
} from '../../terminal/index.ts';
import type { AgentWatch } from '../agent/agent-watch.ts';
import { peerName } from '../machines/peer-format.ts';

/** Line that is printed while the terminal is being resumed. */
const LOST = "connection lost, reconnecting. What you type now isn't sent. Ctrl-C gives up.";

/** Least interval between two attempts that follow at once because the machine is shown online, ms. */
const HURRY_INTERVAL = 2000;

/**
 * Tells whether stdin and stdout are terminals, so that a lost terminal may be resumed. In a pipe, resuming could lose or repeat bytes: no one knows
 * which bytes arrived, and a resumed terminal sends its whole screen. Pure.
 */
export function isInteractive({ stdin, stdout }: Host): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** Returns the terminal type for the program there: TERM of this terminal, or `dumb` in a pipe. */
export function terminalType({ host }: CommandContext): string {
  if (host.stdout.isTTY !== true) return 'dumb';
  const term = host.variables['TERM'] ?? '';
  return /^[A-Za-z0-9._+-]{1,64}$/.test(term) ? term : 'xterm-256color';
}

/**
 * Returns the function with which `attachTerminal` resumes a terminal of a peer after a loss, for `clawreach connect`. It prints a line, and retries
 * for up to 20 minutes. It starts the agent again if the agent was killed, but not if a person stopped it.
 */
export function resumeTerminal(
  context: CommandContext,
  agent: AgentWatch,
  peer: PeerView,
  terminal: string,
): (loss: AttachLoss, signal: AbortSignal) => Promise<AttachedChannel | AttachEnd> {
  const { host } = context;
  // The resumed terminal redraws whatever this line overwrites.
  const say = (line: string): void => void host.stderr.write(noticeText(line, host.stderr));
  let hurriedAt = -Infinity;
  const search = new ReconnectLoop({
    clock: host.clock,
    notify: () => say(LOST),
    // The agent was killed while answering, or its successor hasn't started yet.
    isPassing: (error) => isPathLoss(errorCode(error)) || errorCode(error) === 'control.not-running',
    onChance: (callback) =>
      agent.client.on('peers.changed', (peers) => {
        const isOnline = peers.some(({ peerId, online }) => peerId === peer.peerId && online);
        const now = host.clock.monotonic();
        // Failed attempts change the list too.
        if (!isOnline || now - hurriedAt < HURRY_INTERVAL) return;
        hurriedAt = now;
        callback();
      }),
    attempt: async (signal): Promise<AttachedChannel> => {
      if (agent.isLost) await findAgent(context, agent);
      signal.throwIfAborted();
      const { client, ended } = agent;
      try {
        const { channel } = await client.call(
          'terminal.open',
          { peer: peer.peerId, ...currentTerminalSize(host), term: terminalType(context), terminal },
          {
            signal,
            onProgress: (progress) => {
              if (progress === 'approval') say(`waiting for approval on ${peerName(peer)}…`);
            },
          },
        );
        return { client, ended, channel };
      } catch (error) {
        throw agent.farewell === 'ends' ? stopped() : error;
      }
    },
  });
  return async (loss, signal) => {
    try {
      if (agent.farewell === 'ends') throw stopped();
      const code = loss.kind === 'ended' ? (loss.code ?? 'control.lost') : 'control.lost';
      return await search.run(signal, new ClawReachError(code, 'the connection to the terminal is lost'));
    } catch (error) {
      return { kind: 'not-found', error };
    }
  };
}

async function findAgent(context: CommandContext, agent: AgentWatch): Promise<void> {
  // The program that stopped the agent to replace it, such as an update, starts the next one.
  const awaited = agent.farewell === 'returns';
  agent.use(awaited ? await viewAgent(context) : await ensureAgent(context, { quiet: true }));
}

function stopped(): SessionEndedError {
  return new SessionEndedError('control.stopped', {});
}
