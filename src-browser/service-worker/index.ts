/** Service worker of the relay's page: its files stay on this device, checked, so that it opens without a network. */
export { PageFiles } from './page-files.ts';
export { runServiceWorker } from './run-service-worker.ts';
export type * from './scope.ts';
