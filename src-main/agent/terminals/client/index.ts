export { TerminalChannels, type ChannelAbout } from './channels.ts';
export {
  listShared,
  listTerminals,
  notifyShareChange,
  openTerminal,
  refusedOpening,
  reportGuest,
  shareTerminal,
  type OpenTerminalOptions,
  type OpenTerminalParams,
} from './client.ts';
export type { TerminalConnection } from './connection.ts';
export { createClientHandlers } from './handlers.ts';
export { createTerminalClient, type TerminalClientModule } from './module.ts';
export { AUDIENCE_LIMITS } from '../viewers/audience.ts';
