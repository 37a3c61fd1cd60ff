export { RightsError, RightsPolicy, type RightChange } from './policy.ts';
