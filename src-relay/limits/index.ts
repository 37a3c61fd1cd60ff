export { DEFAULT_LIMITS, DEFAULT_RATES, type HubLimits, type Rate, type Rates } from './defaults.ts';
export { ExpiryQueue } from './expiry-queue.ts';
export { TokenBuckets } from './token-buckets.ts';
