export { type PathlessFrame, Paths, type PathsOwner } from './paths.ts';
