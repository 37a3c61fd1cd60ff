export { SharedWithMe, type SharedWithMeOptions } from './shared-here.ts';
