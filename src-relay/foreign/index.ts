/**
 * Foreign instances: programs without a device key of ClawReach that send signed JSON by the relay, `/api/v1/register`, `/send` and `/ws`. The relay can
 * read and forge their messages, and keeps none.
 */
export { InstanceOperator, type ListedInstance, type ListedProject } from './instance-operator.ts';
export { instanceRoutes } from './instance-routes.ts';
export { FOREIGN_RATES, type ForeignRates } from './limits.ts';
export { startForeign, type Foreign, type ForeignOptions } from './start-foreign.ts';
