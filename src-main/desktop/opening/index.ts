export { parseArguments, type ApplicationArguments } from './arguments.ts';
export { windowDirectory } from './window-directory.ts';
export { OpenRequests, type OpenRequest } from './open-requests.ts';
