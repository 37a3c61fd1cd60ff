import type { GatewayView, RemoteView } from '#shared/app-api/index.ts';
import type { OpenClawSubject } from '../../../store/index.ts';

/** Subject of the page with its gateway or saved OpenClaw. The functions of this file are pure. */
export type FoundSubject =
  | Readonly<{ kind: 'gateway' | 'devices'; gateway: GatewayView }>
  | Readonly<{ kind: 'remote'; remote: RemoteView }>
  | Readonly<{ kind: 'node' | 'workflows' }>;

/** Returns the chosen subject; undefined without one, and if its gateway or saved OpenClaw is gone. */
export function findSubject(
  chosen: OpenClawSubject | undefined,
  gateways: readonly GatewayView[],
  remotes: readonly RemoteView[],
): FoundSubject | undefined {
  switch (chosen?.kind) {
    case 'gateway':
    case 'devices': {
      const gateway = gateways.find(({ id }) => id === chosen.id);
      return gateway === undefined ? undefined : { kind: chosen.kind, gateway };
    }
    case 'remote': {
      const remote = remotes.find(({ id }) => id === chosen.id);
      return remote === undefined ? undefined : { kind: 'remote', remote };
    }
    case 'node':
    case 'workflows':
      return { kind: chosen.kind };
    case undefined:
      return undefined;
  }
}

/** Returns the first entry of the list, which is shown before a choice; undefined for an empty list. */
export function firstSubject(
  gateways: readonly GatewayView[],
  remotes: readonly RemoteView[],
): FoundSubject | undefined {
  const [gateway] = gateways;
  if (gateway !== undefined) return { kind: 'gateway', gateway };
  const [remote] = remotes;
  return remote === undefined ? undefined : { kind: 'remote', remote };
}

/** Returns the place of a subject, as the store names it. */
export function placeOf(subject: FoundSubject): OpenClawSubject {
  switch (subject.kind) {
    case 'gateway':
    case 'devices':
      return { kind: subject.kind, id: subject.gateway.id };
    case 'remote':
      return { kind: 'remote', id: subject.remote.id };
    default:
      return { kind: subject.kind };
  }
}

/** Reports whether an entry of the list is current; a gateway's entry is so too while its devices are shown. */
export function isSameSubject(current: OpenClawSubject | undefined, entry: OpenClawSubject): boolean {
  if (current === undefined) return false;
  const kind = current.kind === 'devices' ? 'gateway' : current.kind;
  return kind === entry.kind && ('id' in current ? current.id : '') === ('id' in entry ? entry.id : '');
}
