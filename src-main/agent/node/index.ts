export { NodeError } from './errors.ts';
export type { Notifier } from './commands.ts';
export { NODE_LIMITS, type NodeLimits } from './limits.ts';
export { NodeService, type NodeServiceOptions } from './service.ts';
export { surfaceOf } from './surface.ts';
