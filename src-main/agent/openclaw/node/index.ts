export { createNodeHandlers } from './handlers.ts';
export { NodeError } from './errors.ts';
export type { ShowNotification } from './commands.ts';
export { NODE_LIMITS, type NodeLimits } from './limits.ts';
export { NodeService, type NodeServiceOptions } from './service.ts';
export { declaredCommands } from './declared-commands.ts';
