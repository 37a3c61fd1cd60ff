import type { REMOTE_CALLS, AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

type RemoteHandlers = Pick<AppHandlers, keyof typeof REMOTE_CALLS>;

/** The answers to the calls about terminals of gateways and the remote control of OpenClaw. */
export function createRemoteHandlers(): RemoteHandlers {
  const missing = async (): Promise<never> => {
    throw new ClawReachError('gateway.unavailable', 'this agent has no gateways');
  };
  return {
    'gateways.terminal.open': missing,
    'gateways.terminal.list': missing,
    'remote.prompt': missing,
    'remote.status': missing,
    'remote.restart': missing,
    'remote.workflow': missing,
    'remote.workflows': missing,
    'workflows.list': async () => [],
    'workflows.set': missing,
    'remotes.list': async () => [],
    'remotes.save': missing,
    'remotes.remove': missing,
  };
}
