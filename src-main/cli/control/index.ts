export { ensureAgent, pause, requireAgent, startAgent, type StartOptions } from './agent.ts';
export { CommandContext, type CommonOptions, type RelayOptions } from './context.ts';
export { chooseRelay, completeUrl, ensureRelay, goBack, type RelayChoice } from './relay.ts';
