export { DeadPaths } from './dead-paths.ts';
export { Paths } from './paths.ts';
export type { PathlessFrame, PathSetEvents } from './paths.ts';
