export { LocalHttpServer, type LocalHttpOptions, type LocalPlace } from './local-http-server.ts';
export { readRequestBody, type BodyProblem } from './read-body.ts';
export { RequestGuard } from './request-guard.ts';
