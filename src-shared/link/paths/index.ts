export { Paths } from './paths.ts';
export type { PathlessFrame, PathSetEvents } from '../frame-source.ts';
