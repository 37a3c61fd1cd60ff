export { StreamGate, type StreamGateOptions, type TerminalServer } from './stream-gate.ts';
