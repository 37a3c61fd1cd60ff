/** Methods of a gateway that only look. A workflow may call others as well, since a person here has written it; that is said where it is written. */
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

export function isHarmlessMethod(method: string): boolean {
  return HARMLESS.has(method);
}
