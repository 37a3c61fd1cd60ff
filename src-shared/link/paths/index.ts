export { Paths } from './paths.ts';
export type { PathlessFrame, PathsOwner } from './paths-owner.ts';
