export { DialError } from './errors.ts';
export { commandWithPin, formatPin, groupPin, pinDigits, pinLines } from './pin.ts';
export { DEFAULT_RELAY_PORT, parseRelayUrl, type RelayEndpoint } from './relay-url.ts';
export type {
  ControlChannel,
  ControlDialOptions,
  ControlHandlers,
  FileAnswer,
  FileEncoding,
  JsonAnswer,
  LinkDialOptions,
  RelayDialer,
} from './types.ts';
