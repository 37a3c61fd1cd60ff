import type { GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import { formatDuration, formatTable, formatTime, headLine, printable } from '../../output/index.ts';
import type { CommandContext } from '../registry.ts';

/** Formats the OpenClaws that `clawreach remote save` saved as a table with their status. Used by `remote list` and `remote watch`. */
export function remoteTable({ reporter, host }: CommandContext, remotes: readonly RemoteView[]): readonly string[] {
  if (remotes.length === 0) return ['No saved entries. To save one: `clawreach remote save NAME`'];
  const now = host.clock.now();
  const [head = '', ...rows] = formatTable(
    [{ title: 'NAME', least: 8 }, { title: 'MACHINE' }, { title: 'GATEWAY' }, { title: 'STATE' }, { title: 'UPDATED' }],
    remotes.map(({ name, peerName: peer, gateway, heartbeat, heardAt, problem }) => [
      printable(name),
      printable(peer ?? '-'),
      printable(gateway ?? '-'),
      problem ?? (heartbeat === null ? 'no status yet' : describeBeat(heartbeat)),
      heardAt === null ? '-' : formatTime(heardAt, now),
    ]),
    reporter.columns,
  );
  return [...headLine(reporter.style, head), ...rows];
}

/** Formats the heartbeat of an OpenClaw, such as `running, up 3 h, 1 task`. Pure. */
export function describeBeat({
  connection_state: state,
  uptime,
  active_tasks: tasks,
  last_error: error,
}: GatewayHeartbeat): string {
  const words = [state, `up ${formatDuration(uptime * 1000)}`, `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`];
  return [...words, ...(error === null ? [] : [`last error: ${printable(error)}`])].join(', ');
}
