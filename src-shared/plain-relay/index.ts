export {
  formatConnectorConfig,
  MOST_CONFIG_BYTES,
  parseConnectorConfig,
  PLAIN_RELAY_KINDS,
  type ConnectorConfig,
  type PlainRelayKind,
} from './connector-config.ts';
export { PlainRelayError, plainRelayError, type PlainRelayErrorCode } from './errors.ts';
export { isPlainApi, parsePlainCode } from './pairing-code.ts';
