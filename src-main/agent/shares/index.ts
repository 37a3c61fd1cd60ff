export { SharedHere, type SharedHereOptions } from './shared-here.ts';
