export { Paths } from './paths.ts';
export type { PathlessFrame, PathSetEvents } from './paths-owner.ts';
