import type { Connection } from './connection.ts';
import { isApprover } from './approvals.ts';
import { covers, PAIRING, READ } from './scopes.ts';

/** Whether a connection hears of an event that is sent to all. */
export function hears(connection: Connection, event: string): boolean {
  if (event.startsWith('device.pair.') || event.startsWith('node.pair.'))
    return connection.role === 'operator' && covers(connection.scopes, PAIRING);
  if (event.startsWith('exec.approval.')) return isApprover(connection, 'exec');
  if (event.startsWith('plugin.approval.')) return isApprover(connection, 'plugin');
  if (event.startsWith('node.')) return connection.role === 'operator' && covers(connection.scopes, READ);
  return true;
}
