export { createRelayProbe } from './module.ts';
