export { parseArguments, type ApplicationArguments } from './arguments.ts';
export { Openings, type Opening } from './openings.ts';
