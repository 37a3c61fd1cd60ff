export { connectProblem, MAX_RETRY_AFTER } from './connect-problem.ts';
export type { ConnectNext, ConnectProblem } from './connect-problem.ts';
export { GATEWAY_PROTOCOL, gatewayPlatform, nodeConnect, operatorConnect, operatorScopes } from './connect-params.ts';
export type {
  GatewayChallenge,
  GatewayCredential,
  GatewayPlatform,
  GatewaySelf,
  SetupCredential,
} from './connect-params.ts';
export { gatewayDeviceKey, signaturePayload, signaturePayloadV2 } from './device-key.ts';
export type { GatewayDeviceKey, SignedConnect } from './device-key.ts';
export {
  checkEndpoint,
  DEFAULT_GATEWAY_PORT,
  endpointAuthority,
  endpointUrl,
  isReadableInTransit,
  parseEndpoint,
  parseGatewayHost,
  readPath,
  parseGatewayPort,
  sameEndpoint,
} from './endpoint.ts';
export { GATEWAY_CODES, GatewayError, gatewayError, isGatewayCode } from './errors.ts';
export type { GatewayCode } from './errors.ts';
export { colonFingerprint, parseFingerprint } from './fingerprint.ts';
export type { GatewayMachine, GatewayProtocolSocketHandlers, GatewaySocket, SeenCertificate } from './machine.ts';
export { isLocalGatewayHost, isPlaintextAllowed, isPrivateAddress } from './private-network.ts';
export { readGatewayText } from './read-text.ts';
export type { GatewayText } from './read-text.ts';
export { secretObstacle } from './secret-scope.ts';
export type { SecretScope } from './secret-scope.ts';
export { MAX_SETUP_CODE, parseJson, readSetup } from './setup-code.ts';
export type { SetupCode } from './setup-code.ts';
export { readRefusal } from './refusal.ts';
export type { Refusal } from './refusal.ts';
