import type { GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import { formatDuration, formatTable, formatTime, printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Formats the saved entries with their state. */
export function remoteTable({ reporter, host }: CommandContext, remotes: readonly RemoteView[]): readonly string[] {
  if (remotes.length === 0) return ['Nothing is saved. `clawreach remote save PEER` saves one.'];
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [{ title: 'NAME', least: 8 }, { title: 'PEER' }, { title: 'GATEWAY' }, { title: 'STATE' }, { title: 'HEARD' }],
    remotes.map(({ name, peerName: peer, gateway, heartbeat, heardAt, problem }) => [
      printable(name),
      printable(peer ?? '-'),
      printable(gateway ?? '-'),
      problem ?? (heartbeat === null ? 'not heard yet' : describeBeat(heartbeat)),
      heardAt === null ? '-' : formatTime(heardAt, now),
    ]),
    reporter.columns,
  );
  return [reporter.style.dim(head), ...rows];
}

/** Describes a heartbeat. */
export function describeBeat({
  connection_state: state,
  uptime,
  active_tasks: tasks,
  last_error: error,
}: GatewayHeartbeat): string {
  const words = [state, `up ${formatDuration(uptime * 1000)}`, `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`];
  return [...words, ...(error === null ? [] : [`last error: ${printable(error)}`])].join(', ');
}
