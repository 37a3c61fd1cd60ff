export { createSshConfig, type SshConfigAgentOptions } from './module.ts';
export type { ProxyProgram } from './config-text.ts';
export type { SshConfigFiles } from './files.ts';
