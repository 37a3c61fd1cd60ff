import type { AppHandlers, REMOTE_CALLS } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { gatewayError } from '#shared/gateway/index.ts';
import { RemoteError } from '#shared/remote/index.ts';
import type { GatewayTerminals } from '../gateway-terminals/index.ts';
import type { RemotePlace, RemoteService } from '../remote/index.ts';
import type { AgentParts } from './parts.ts';

type RemoteHandlers = Pick<AppHandlers, keyof typeof REMOTE_CALLS>;

/** The answers to the calls about terminals of gateways and the remote control of OpenClaw. */
export function createRemoteHandlers(
  parts: Pick<AgentParts, 'peers' | 'channels' | 'gatewayTerminals' | 'remote'>,
): RemoteHandlers {
  const { peers, channels } = parts;
  const terminals = (): GatewayTerminals => {
    if (parts.gatewayTerminals === undefined) throw gatewayError('gateway.unavailable', 'this agent has no gateways');
    return parts.gatewayTerminals;
  };
  const remote = (): RemoteService => {
    if (parts.remote === undefined) throw new RemoteError('remote.unavailable', 'this agent has no remote control');
    return parts.remote;
  };
  const placeOf = (target: Readonly<{ peer: string; gateway?: string | undefined }>): RemotePlace => ({
    peerId: peers.find(target.peer).peerId,
    gateway: target.gateway,
  });
  return {
    'gateways.terminal.open': async (input, { signal, progress, connection }) => {
      progress('connecting');
      const { terminal, shell, directory } = await terminals().open(input, signal);
      if (connection.closed.aborted) {
        // Nobody will ever watch it from here; one that ran before goes on.
        if (input.terminal === undefined) terminal.close();
        else terminal.detach();
        throw new ClawReachError('control.lost', 'the user interface is gone');
      }
      return { channel: channels.join(connection, terminal), terminal: terminal.terminal, shell, directory };
    },
    'gateways.terminal.list': async ({ gateway }, { signal }) => terminals().list(gateway, signal),

    'remote.prompt': async ({ target, gateway, prompt, session }, { signal, progress }) => {
      const sink = {
        token: (text: string) => progress({ kind: 'token', text }),
        replace: (text: string) => progress({ kind: 'replace', text }),
      };
      if (target === null) return await remote().promptHere({ gateway, prompt, session }, sink, signal);
      const handlers = { ...sink, onApproval: () => progress({ kind: 'approval' }) };
      return await remote().prompt(placeOf(target), { prompt, session }, handlers, signal);
    },
    'remote.status': async ({ target }, { signal }) => remote().status(placeOf(target), signal),
    'remote.restart': async ({ target, confirmed }, { signal, progress }) => {
      const handlers = {
        onApproval: () => progress({ kind: 'approval' }),
        onPending: (tasks: readonly string[]) => progress({ kind: 'pending', tasks: [...tasks] }),
      };
      return { cancelled: [...(await remote().restart(placeOf(target), confirmed, handlers, signal))] };
    },
    'remote.workflow': async ({ target, workflow, params }, { signal, progress }) => {
      const handlers = {
        token: (text: string) => progress({ kind: 'token', text }),
        replace: (text: string) => progress({ kind: 'replace', text }),
        onApproval: () => progress({ kind: 'approval' }),
      };
      return await remote().workflow(placeOf(target), { workflow, params }, handlers, signal);
    },
    'remote.workflows': async ({ target }, { signal }) => remote().workflowsAt(placeOf(target).peerId, signal),
    'workflows.list': async () => parts.remote?.workflows() ?? [],
    'workflows.set': async ({ workflows }) => remote().setWorkflows(workflows),

    'remotes.list': async () => parts.remote?.remotes() ?? [],
    'remotes.save': async ({ id, name, target }) => remote().save({ name, place: placeOf(target) }, id),
    'remotes.remove': async ({ id }) => {
      remote().remove(id);
      return {};
    },
  };
}
