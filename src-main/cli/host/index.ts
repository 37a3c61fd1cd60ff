export { outputError } from './files.ts';
export type {
  BackgroundAgent,
  BackgroundOptions,
  Host,
  IdleAgent,
  TerminalInput,
  EnvironmentVariables,
} from './host.ts';
export { profileDirectory, profileOfConfig, type ProfileFacts } from './profile.ts';
export { Prompter } from './prompter.ts';
export { createSystemHost } from './system.ts';
