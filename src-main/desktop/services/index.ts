export { openWindowSettings } from '../settings/index.ts';
export { startServices } from './start-services.ts';
