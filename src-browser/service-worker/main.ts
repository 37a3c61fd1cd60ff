import './no-eval.ts';
import { runServiceWorker } from './run-service-worker.ts';
import type { ServiceWorkerScope } from './scope.ts';

/** Entry of the service worker, `/service-worker.js`. The build puts the identity of the page here: each version of the page has its own service worker. */
runServiceWorker(globalThis as unknown as ServiceWorkerScope, '__CLAWREACH_PAGE_ID__');
