/** Gateway methods that only read. A workflow may call others, since a person here has written it; the editor then warns. */
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
