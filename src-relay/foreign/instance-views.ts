import type { InstanceView } from '#shared/platform/index.ts';
import type { InstanceConnection } from './connections.ts';
import type { InstanceRow } from './instance-rows.ts';
import type { Tally } from './tallies.ts';

/** Facts about instances that only the running service knows. */
export type LiveInstances = Readonly<{
  connectionOf(id: string): InstanceConnection | undefined;
  tallyOf(row: InstanceRow): Tally;
}>;

/** Returns an instance as the people of its project see it. */
export function instanceView(row: InstanceRow, { connectionOf, tallyOf }: LiveInstances): InstanceView {
  const connection = connectionOf(row.id);
  const { sent, received, refused, heardAt } = tallyOf(row);
  return {
    encryption: 'relay-can-read',
    id: row.id,
    name: row.name,
    online: connection !== undefined,
    lastHeard: heardAt ?? row.last_heard,
    reportedName: connection?.facts.reportedName ?? null,
    agents: [...(connection?.facts.agents ?? [])],
    sent,
    received,
    refused,
    signsReceipts: row.public_key !== null,
    createdAt: row.created_at,
  };
}
