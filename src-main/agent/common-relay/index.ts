export { CommonRelay, type CommonRelayOptions } from './common-relay.ts';
export { createCommonRelay, type CommonRelayModule } from './module.ts';
export { commonRelayParams, isCommonRelayRequest, relayProof, requestCommonRelay } from './messages.ts';
