export { createRelayServers, type RelayServerOptions } from './module.ts';
export { RelayServerError } from './errors.ts';
export { resolveHost, sshConfigHosts } from './ssh-config.ts';
export { readSurvey } from './survey.ts';
export { unitText } from './unit.ts';
export { unreachableError } from './unreachable.ts';
