export type { ConnectNext, ConnectProblem } from './connect-problem.ts';
export { GATEWAY_CODES, GatewayError, gatewayError } from './errors.ts';
export type { GatewayCode } from './errors.ts';
export type { GatewayMachine, GatewayProtocolSocketHandlers, GatewaySocket, SeenCertificate } from './machine.ts';
export type { SetupCode } from './setup-code.ts';
