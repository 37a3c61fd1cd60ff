import type { Translation } from '../translation.ts';

export const ERRORS_TEXTS = {
  'error.unknown.next': '请重试。如果问题依旧，请在两台机器上更新 ClawReach。',
  'error.unknown.why': '问题代码：{{code}}。',
} as const satisfies Translation;
