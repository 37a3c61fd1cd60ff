/** Browsers that answer the requests waiting at machines: the machine's side, and the browser's. */
export { createAnswering, createAnsweringClient, type AnsweringClientModule, type AnsweringModule } from './module.ts';
export { isAboutRequests, readRequestsMessage } from './messages.ts';
