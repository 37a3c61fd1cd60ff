export { outputError } from './files.ts';
export type {
  BackgroundAgent,
  BackgroundOptions,
  Host,
  IdleAgent,
  TerminalInput,
  EnvironmentVariables,
} from './host.ts';
export { LOAD_REST_AFTER } from './load-rest.ts';
export { profileDirectory, profileOfConfig, type ProfileFacts } from './profile.ts';
export { Prompter } from './prompter.ts';
export { createSystemHost } from './system.ts';
