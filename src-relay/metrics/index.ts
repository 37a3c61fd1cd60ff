export { Metrics, type LiveFigures } from './metrics.ts';
export type { ForeignCounts, ForeignFigures } from './metrics.ts';
