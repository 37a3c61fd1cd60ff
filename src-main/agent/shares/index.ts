export { SharedWithMe, type SharedWithMeOptions } from '../terminals/shared-with-me.ts';
