export { hasPasskeys, makePasskey, signWithPasskey } from './passkeys.ts';
