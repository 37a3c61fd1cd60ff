export { RELAY_PROCESS_LIMITS, DEFAULT_RATES, type HubLimits, type Rate, type RateLimits } from './defaults.ts';
export { ExpiryQueue } from './expiry-queue.ts';
export { TokenBuckets } from './token-buckets.ts';
