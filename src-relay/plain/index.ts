/**
 * The documented protocol of PrivaClaw, whose terminals and prompts the relay can read: `/connect`, `/session` and `/functions/v1`, and the skill
 * configurations of accounts.
 */
export type { ProgramKind } from './connector-messages.ts';
export { PLAIN_LIMITS, PLAIN_RATES, type PlainLimits, type PlainRates } from './limits.ts';
export { builtReleaseSource, type ReleaseSource } from './releases.ts';
export { listSkillConfigs, skillConfigRoutes } from './skill-config-routes.ts';
export {
  startPlainProtocol,
  type PlainProtocol,
  type PlainProtocolOptions,
  type PlainRouteName,
} from './start-plain-protocol.ts';
