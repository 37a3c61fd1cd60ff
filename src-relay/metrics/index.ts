export { Metrics, type LiveFigures } from './metrics.ts';
