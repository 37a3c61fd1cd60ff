/** Gateway methods that only read. A workflow may call any method, because a person on this device writes it. */
const HARMLESS: ReadonlySet<string> = new Set([
  'agents.list',
  'channels.status',
  'chat.history',
  'cron.list',
  'cron.status',
  'gateway.restart.preflight',
  'health',
  'models.list',
  'node.list',
  'sessions.list',
  'skills.status',
  'status',
  'tasks.list',
  'tools.catalog',
  'usage.cost',
  'usage.status',
]);

/** Reports whether a gateway method only reads. If not, the command line warns the person who saves a workflow with it. Pure. */
export function isHarmlessMethod(method: string): boolean {
  return HARMLESS.has(method);
}
