export { createSystemTray, createTrayHost } from './system-tray.ts';
