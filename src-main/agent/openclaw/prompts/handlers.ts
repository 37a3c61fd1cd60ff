import type { AppHandlers, CallProgress, GatewayHeartbeat, REMOTE_CALLS } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { OpenClawError } from '#shared/openclaw/prompts/index.ts';
import type { PeerBook } from '../../peers/index.ts';
import type { TerminalChannels } from '../../terminals/index.ts';
import type { GatewayManager } from '../gateways/index.ts';
import type { GatewayTerminals } from '../terminals/index.ts';
import type { ReplyHandlers, OpenClawReference, PromptService } from './index.ts';

type RemoteCallHandlers = Pick<AppHandlers, keyof typeof REMOTE_CALLS>;

/** Passes the parts of an answer on as progress. */
function answerTo(
  progress: (step: CallProgress<'remote.prompt'>) => void,
): Required<Pick<ReplyHandlers, 'token' | 'replace' | 'onApproval'>> {
  return {
    token: (text) => progress({ kind: 'token', text }),
    replace: (text) => progress({ kind: 'replace', text }),
    onApproval: () => progress({ kind: 'approval' }),
  };
}

/**
 * Creates the handlers of the app API's calls about gateway terminals, and about prompts and workflows for the gateways of this device and of peers.
 * `PromptService` and `GatewayTerminals` answer them, send requests to gateways and peers, and write the audit log; `PromptService` also saves
 * workflows and remotes.
 */
export function createPromptHandlers(
  parts: Readonly<{
    channels: TerminalChannels;
    gateways: GatewayManager | undefined;
    peers: PeerBook;
    prompts: PromptService | undefined;
    terminals: GatewayTerminals | undefined;
  }>,
): RemoteCallHandlers {
  const { peers, channels } = parts;
  const terminals = (): GatewayTerminals => {
    if (parts.terminals === undefined) throw gatewayError('gateway.unavailable', 'this agent has no gateways');
    return parts.terminals;
  };
  const remote = (): PromptService => {
    if (parts.prompts === undefined) throw new OpenClawError('remote.unavailable', 'this agent has no remote control');
    return parts.prompts;
  };
  const referenceOf = (target: Readonly<{ peer: string; gateway?: string | undefined }>): OpenClawReference => ({
    peerId: peers.find(target.peer).peerId,
    gateway: target.gateway,
  });
  return {
    'gateways.terminal.open': async (input, { signal, progress, connection }) => {
      progress('connecting');
      const { terminal, shell, directory } = await terminals().open(input, signal);
      if (connection.closed.aborted) {
        // The caller has gone: closes a new terminal; one that ran before stays.
        if (input.terminal === undefined) terminal.close();
        else terminal.detach();
        throw new ClawReachError('control.lost', 'the user interface is gone');
      }
      const peerName = parts.gateways?.find(input.gateway).name ?? '';
      const about = { peerId: null, peerName, title: peerName, cols: input.cols, rows: input.rows };
      return { channel: channels.join(connection, terminal, about), terminal: terminal.terminal, shell, directory };
    },
    'gateways.terminal.list': async ({ gateway }, { signal }) => terminals().list(gateway, signal),

    'remote.prompt': async ({ target, gateway, prompt, session }, { signal, progress }) => {
      const handlers = answerTo(progress);
      if (target === null) return await remote().localGateways.prompt({ gateway, prompt, session }, handlers, signal);
      return await remote().prompt(referenceOf(target), { prompt, session }, handlers, signal);
    },
    'remote.status': async ({ target, gateway }, { signal, progress }) => {
      if (target === null) return remote().localGateways.status(gateway);
      return await remote().status(referenceOf(target), { onApproval: () => progress({ kind: 'approval' }) }, signal);
    },
    'remote.watch': async ({ target, gateway }, { signal, progress, connection }) => {
      const handlers = {
        onApproval: () => progress({ kind: 'approval' }),
        onBeat: (heartbeat: GatewayHeartbeat) => progress({ kind: 'heartbeat', heartbeat }),
      };
      const over = AbortSignal.any([signal, connection.closed]);
      if (target === null) await remote().localGateways.watch(gateway, handlers.onBeat, over);
      else await remote().watch(referenceOf(target), handlers, over);
      return {};
    },
    'remote.restart': async ({ target, gateway, confirmed }, { signal, progress }) => {
      const onPending = (tasks: readonly string[]): void => progress({ kind: 'pending', tasks: [...tasks] });
      const handlers = { onApproval: () => progress({ kind: 'approval' }), onPending };
      const cancelled =
        target === null
          ? await remote().localGateways.restart(gateway, confirmed, onPending, signal)
          : await remote().restart(referenceOf(target), confirmed, handlers, signal);
      return { cancelled: [...cancelled] };
    },
    'remote.workflow': async ({ target, gateway, workflow, params }, { signal, progress }) => {
      const handlers = answerTo(progress);
      if (target === null)
        return await remote().localGateways.workflow({ gateway, workflow, params }, handlers, signal);
      return await remote().workflow(referenceOf(target), { workflow, params }, handlers, signal);
    },
    'remote.workflows': async ({ target }, { signal, progress }) =>
      target === null
        ? remote()
            .workflows()
            .map(({ name, description }) => ({ name, description }))
        : remote().workflowsAt(
            referenceOf(target).peerId,
            { onApproval: () => progress({ kind: 'approval' }) },
            signal,
          ),
    'workflows.list': async () => parts.prompts?.workflows() ?? [],
    'workflows.set': async ({ workflows }) => remote().setWorkflows(workflows),

    'remotes.list': async () => parts.prompts?.remotes() ?? [],
    'remotes.save': async ({ id, name, target }) => remote().save({ name, reference: referenceOf(target) }, id),
    'remotes.remove': async ({ id }) => {
      remote().remove(id);
      return {};
    },
  };
}
