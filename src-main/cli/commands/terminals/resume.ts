import { isPathLoss, type PeerView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { ensureAgent, requireAgent, type CommandContext } from '../../control/index.ts';
import { SessionEndedError } from '../../errors.ts';
import type { Host } from '../../host/index.ts';
import {
  ReconnectLoop,
  currentTerminalSize,
  type AttachEnd,
  type AttachLoss,
  type Joined,
} from '../../terminal/index.ts';
import type { AgentWatch } from '../agent/connection-watch.ts';
import { peerName } from '../machines/peer-format.ts';

const LOST = 'connection lost; reconnecting. What you type now is not sent. Ctrl-C gives up.';

/**
 * A person sits at both ends of this. What is in a pipe could come twice or not at all: nobody knows which bytes a lost channel has delivered,
 * and a terminal that is taken up again draws its whole screen.
 */
export function isPersons({ stdin, stdout }: Host): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** TERM of the person's terminal; what a pipe wants is no terminal at all. */
export function terminalType({ host }: CommandContext): string {
  if (host.stdout.isTTY !== true) return 'dumb';
  const term = host.variables['TERM'] ?? '';
  return /^[A-Za-z0-9._+-]{1,64}$/.test(term) ? term : 'xterm-256color';
}

/** Takes a terminal up again after a loss. An agent that was killed is started anew, one that a person has stopped is not. */
export function resumeTerminal(
  context: CommandContext,
  agent: AgentWatch,
  peer: PeerView,
  terminal: string,
): (loss: AttachLoss, signal: AbortSignal) => Promise<Joined | AttachEnd> {
  const { host } = context;
  // The terminal is in raw mode, and its cursor may stand anywhere. Whatever this spoils is drawn anew.
  const say = (line: string): void => void host.stderr.write(`\r\n[clawreach: ${line}]\r\n`);
  const search = new ReconnectLoop({
    clock: host.clock,
    tell: () => say(LOST),
    // Killed in the middle of an answer, or gone while its successor is awaited.
    isPassing: (error) => isPathLoss(errorCode(error)) || errorCode(error) === 'control.not-running',
    attempt: async (signal): Promise<Joined> => {
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
              if (progress === 'approval') say(`${peerName(peer)} asks its owner…`);
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
      return await search.seek(signal, new ClawReachError(code, 'the way to the terminal is lost'));
    } catch (error) {
      return { kind: 'not-found', error };
    }
  };
}

async function findAgent(context: CommandContext, agent: AgentWatch): Promise<void> {
  // Who asked it to make room for the next one starts that.
  const awaited = agent.farewell === 'returns';
  agent.use(awaited ? await requireAgent(context) : await ensureAgent(context, { quiet: true }));
}

function stopped(): SessionEndedError {
  return new SessionEndedError('control.stopped', {});
}
