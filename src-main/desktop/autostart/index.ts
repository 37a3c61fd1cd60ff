export { createAutostart } from './create-autostart.ts';
export { LoginItem, type LoginItemPort } from './login-item.ts';
export { DesktopEntry } from './desktop-entry.ts';
export { startCommand, type StartFacts } from './start-command.ts';
export type { Autostart } from './autostart.ts';
