export { createLeave, isLeaving, serveLeaving } from './leave.ts';
