export { formatAddress } from './address.ts';
export { DirectError } from './errors.ts';
export type {
  DialedPath,
  DirectListening,
  DirectListenOptions,
  DirectSockets,
  DirectTarget,
  IncomingDirectHandshake,
  InterfaceAddress,
} from './types.ts';
