import type { AppHandlers } from '#shared/app-api/index.ts';
import { ForwardError } from '#shared/forward/index.ts';

type TargetHandlers = Pick<AppHandlers, 'targets.set' | 'targets.list'>;

/** The answers to the calls about what a peer may reach from here. */
export function createTargetHandlers(): TargetHandlers {
  const refuse = (): Promise<never> =>
    Promise.reject(new ForwardError('forward.unsupported-here', 'this version keeps no targets'));
  return { 'targets.set': refuse, 'targets.list': refuse };
}
