import * as z from 'zod';
import type { GatewayNodeView } from '#shared/app-api/index.ts';
import { nameOr } from './parse-requests.ts';
import { listAt, shortOf, timestampOf, stringsOf } from './devices.ts';
import { safeParse } from '#shared/safe-parse.ts';

const MOST = 2048;

const id = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const optional = z.string().max(65_536).nullish().catch(null);
const words = z.array(z.string().max(65_536)).max(4096).nullish().catch(null);
/** Figure reported by a node. An impossible one is dropped without making the row invalid. */
const figure = z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullish().catch(null);

const row = z.object({
  nodeId: id,
  displayName: optional,
  operatorLabel: optional,
  platform: optional,
  version: optional,
  connected: z.boolean().nullish().catch(null),
  approvalState: z.enum(['unapproved', 'pending-approval', 'pending-reapproval', 'approved']).catch('unapproved'),
  /** Strict, because the ID becomes part of a command that a person copies into a shell. */
  pendingRequestId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/)
    .nullish()
    .catch(null),
  pendingDeclaredCommands: words,
  commands: words,
  caps: words,
  lastSeenAtMs: z.number().min(0).max(8_640_000_000_000_000).nullish().catch(null),
  hostStats: z
    .object({
      cpuCount: z.number().min(1).max(65_536).nullish().catch(null),
      loadAverage: z.array(z.number().min(0).max(1_000_000)).nullish().catch(null),
      memoryTotalBytes: figure,
      memoryFreeBytes: figure,
      diskTotalBytes: figure,
      diskAvailableBytes: figure,
    })
    .nullish()
    .catch(null),
});

/** Parses the gateway's answer to `node.list` for user interfaces, leaving out invalid rows. Pure. @param localIds IDs of this device's keys */
export function readNodes(answer: unknown, localIds: ReadonlySet<string>): GatewayNodeView[] {
  return listAt(answer, 'nodes')
    .slice(0, MOST)
    .flatMap((value) => {
      const parsed = safeParse(row, value);
      if (!parsed.success) return [];
      const { nodeId, approvalState, hostStats, ...node } = parsed.data;
      const commands = stringsOf(node.commands);
      return {
        nodeId,
        name: nameOr(node.operatorLabel || node.displayName, nodeId),
        platform: shortOf(node.platform),
        version: shortOf(node.version),
        connected: node.connected === true,
        approval: approvalState,
        requestId: node.pendingRequestId ?? null,
        commands,
        waitingCommands: stringsOf(node.pendingDeclaredCommands).filter((command) => !commands.includes(command)),
        capabilities: stringsOf(node.caps),
        lastSeenAt: timestampOf(node.lastSeenAtMs),
        host: hostStats ? hostOf(hostStats) : null,
        self: localIds.has(nodeId),
      };
    });
}

function hostOf(stats: NonNullable<z.infer<typeof row>['hostStats']>): GatewayNodeView['host'] {
  const { cpuCount, loadAverage, memoryTotalBytes, memoryFreeBytes, diskTotalBytes, diskAvailableBytes } = stats;
  const load = loadAverage?.[0];
  return {
    cpuCount: cpuCount ?? null,
    load: load === undefined || !cpuCount ? null : load / cpuCount,
    memoryTotal: memoryTotalBytes ?? null,
    memoryFree: memoryFreeBytes ?? null,
    diskTotal: diskTotalBytes ?? null,
    diskFree: diskAvailableBytes ?? null,
  };
}
