export { isStoppedBySystemd } from './systemd-job.ts';
export { parseRelayArguments, type RelayCommand } from './arguments.ts';
export { startErrorText } from './start-errors.ts';
export { startupBanner } from './startup-banner.ts';
export { runSubcommand, withHelpOption } from './subcommands.ts';
