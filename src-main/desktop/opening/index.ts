export { parseArguments, type ApplicationArguments } from './arguments.ts';
export { windowDirectory } from './window-directory.ts';
export { Openings, type Opening } from './openings.ts';
