export { probeRelay, type RelayProbe } from './probe.ts';
