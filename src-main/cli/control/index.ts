export { ensureAgent, interruptibleDelay, readRecords, startAgent, viewAgent, type StartOptions } from './agent.ts';
export { CommandContext, type CommonOptions, type RelayFlags } from './context.ts';
export { isConfirmed } from './confirmed.ts';
export { namesAdmission } from './admission.ts';
export { readCodeInput, type CodeInput } from './code-input.ts';
export { chooseRelay, completeUrl, ensureRelay, goBack, leaveRelay, type RelayChoice } from './relay.ts';
export { readStandardInput } from './standard-input.ts';
